(** * Lemma 3, Lemma 5, Theorem A and Theorem B: the linear program gives the least error exactly

    Let R be a set of orders, 1 to d. For every constant b_0 and every bound e these are equivalent:
    some combination b_0 + sum of a_I max(x_I), over any sets I whose sizes are in R, is within e of
    max(x_1, ..., x_d) on the cube; some symmetric one is, b_0 + sum over r in R of b_r S(x; r, d) with
    the averages S; and the linear program of Lemma 3, one pair of conditions for each k = 0, ..., d, has
    a solution ([least_errors_agree]). So all three have the same least error. With b_0 = 0 this is the
    class without a constant.

    For R = {1, ..., r} the same holds of all sums of functions of at most r inputs each, whatever the
    functions are ([theorem_b]).

    The proof. From any combination to the program: the mean over all vertices with k ones
    ([mean_at_the_vertices]); no mean over permutations is needed. A set of r inputs misses a set of k
    in C(d - r, k) of C(d, k) cases, and C(d, r) C(d - r, k) = C(d, k) C(d - k, r) by counting pairs
    twice. From the program to the cube: [bound_from_vertices]. *)

From Coq Require Import List Arith ZArith QArith Ring Permutation Lia Bool.
From Maxpooling Require Import OrderedField Network Maximum Approximation OneOrder UnionClosed Functions.
Import ListNotations.
Open Scope list_scope.

(** ** All sets of r of d inputs, and their number *)
Fixpoint choose (d r : nat) : list subset :=
  match d with
  | O => match r with O => [[]] | S _ => [] end
  | S d' => match r with O => [] | S r' => map (cons true) (choose d' r') end ++ map (cons false) (choose d' r)
  end.
Fixpoint binomial (d r : nat) : nat :=
  match d, r with
  | _, O => 1
  | O, S _ => 0
  | S d', S r' => binomial d' r' + binomial d' r
  end.
(** The number of members. *)
Definition order (I : subset) : nat := length (filter (fun b => b) I).

Lemma choose_length d r : length (choose d r) = binomial d r.
Proof.
  revert r. induction d as [|d IH]; intros [|r]; cbn [choose binomial]; try reflexivity.
  - cbn [app]. rewrite map_length, IH. destruct d; reflexivity.
  - rewrite app_length, !map_length, !IH. reflexivity.
Qed.
Lemma choose_spec d r I : In I (choose d r) <-> length I = d /\ order I = r.
Proof.
  unfold order. revert r I. induction d as [|d IH]; intros r I.
  - cbn. destruct r; cbn; split.
    + intros [<-|[]]. split; reflexivity.
    + intros [H _]. destruct I; [left; reflexivity|discriminate].
    + intros [].
    + intros [H1 H2]. destruct I; discriminate.
  - cbn [choose]. rewrite in_app_iff. split.
    + intros [H|H].
      * destruct r as [|r]; [contradiction|]. apply in_map_iff in H. destruct H as [J [<- H]]. apply IH in H.
        destruct H as [<- <-]. split; reflexivity.
      * apply in_map_iff in H. destruct H as [J [<- H]]. apply IH in H. destruct H as [<- <-]. split; reflexivity.
    + intros [H1 H2]. destruct I as [|[] I]; [discriminate| |]; cbn in H1, H2.
      * left. destruct r as [|r]; [discriminate|]. apply in_map, IH. lia.
      * right. apply in_map, IH. lia.
Qed.
Lemma binomial_above d r : (d < r)%nat -> binomial d r = 0%nat.
Proof.
  revert r. induction d as [|d IH]; intros [|r] H; cbn [binomial]; try lia; try reflexivity. rewrite !IH by lia. reflexivity.
Qed.
Lemma binomial_pos d r : (r <= d)%nat -> (0 < binomial d r)%nat.
Proof.
  revert r. induction d as [|d IH]; intros [|r] H; cbn [binomial]; try lia. specialize (IH r). lia.
Qed.
Lemma order_le I : (order I <= length I)%nat.
Proof. unfold order. induction I as [|[] I IH]; cbn; lia. Qed.
Lemma order_size I : size (length I) I = order I.
Proof.
  unfold size, order. induction I as [|b I IH]; [reflexivity|]. cbn [length seq].
  assert (E : length (filter (mem (b :: I)) (seq 1 (length I))) = length (filter (mem I) (seq 0 (length I)))).
  { rewrite <- seq_shift. generalize (seq 0 (length I)) as l. intros l. induction l as [|i l IHl]; [reflexivity|].
    cbn [map filter]. change (mem (b :: I) (S i)) with (mem I i). destruct (mem I i); cbn [length]; rewrite IHl; reflexivity. }
  cbn [filter]. change (mem (b :: I) 0) with b. destruct b; cbn [length]; rewrite E, IH; reflexivity.
Qed.
Lemma order_included d I U : length I = d -> length U = d -> included d I U = true -> (order I <= order U)%nat.
Proof.
  intros HI HU H. rewrite <- (order_size I), <- (order_size U), HI, HU. destruct (strictly d I U) eqn:E.
  - apply Nat.lt_le_incl, size_lt, E.
  - rewrite (strictly_neq d I U HI HU H E). reflexivity.
Qed.
Lemma order_0 I : order I = 0%nat <-> is_empty I = true.
Proof. unfold order, is_empty. induction I as [|[] I IH]; cbn; [tauto|split; discriminate|exact IH]. Qed.

(** Have I and s a member in common? *)
Fixpoint meets (I s : subset) : bool :=
  match I, s with a :: I', b :: s' => a && b || meets I' s' | _, _ => false end.
Lemma meets_comm I s : meets I s = meets s I.
Proof. revert s. induction I as [|a I IH]; intros [|b s]; cbn; try reflexivity. rewrite IH, (andb_comm a). reflexivity. Qed.
Lemma meets_spec I s : meets I s = true <-> exists i, mem I i = true /\ mem s i = true.
Proof.
  revert s. induction I as [|a I IH]; intros [|b s]; cbn [meets].
  - split; [discriminate|]. intros [i [H _]]. destruct i; discriminate.
  - split; [discriminate|]. intros [i [H _]]. destruct i; discriminate.
  - split; [discriminate|]. intros [i [_ H]]. destruct i; discriminate.
  - rewrite orb_true_iff, andb_true_iff, IH. split.
    + intros [[-> ->]|[i [H1 H2]]]; [exists O; split; reflexivity|exists (S i); split; assumption].
    + intros [[|i] [H1 H2]]; [left; split; assumption|right; exists i; split; assumption].
Qed.
(** A list of inputs as a set. *)
Definition set_of (d : nat) (S : list nat) : subset := map (fun i => existsb (Nat.eqb i) S) (seq 0 d).
Lemma set_of_length d S : length (set_of d S) = d.
Proof. unfold set_of. rewrite map_length. apply seq_length. Qed.
Lemma mem_set_of d S i : (i < d)%nat -> mem (set_of d S) i = existsb (Nat.eqb i) S.
Proof.
  intros Hi. unfold mem, set_of.
  rewrite (nth_indep _ false ((fun i => existsb (Nat.eqb i) S) O)) by (rewrite map_length, seq_length; exact Hi).
  rewrite (map_nth (fun i => existsb (Nat.eqb i) S)), seq_nth by exact Hi. reflexivity.
Qed.
Lemma hits_meets d I S : length I = d -> hits I S = meets I (set_of d S).
Proof.
  intros HI. apply eq_true_iff_eq. rewrite (hits_spec d) by exact HI. rewrite meets_spec.
  assert (B : forall i J, length J = d -> mem J i = true -> (i < d)%nat).
  { intros i J HJ H. destruct (Nat.lt_ge_cases i d) as [L|L]; [exact L|]. unfold mem in H. rewrite nth_overflow in H by lia. discriminate. }
  split.
  - intros [s [H1 [H2 H3]]]. exists s. split; [exact H3|]. rewrite mem_set_of by exact H2. apply existsb_exists.
    exists s. split; [exact H1|apply Nat.eqb_refl].
  - intros [i [H1 H2]]. pose proof (B i I HI H1) as Hi. rewrite mem_set_of in H2 by exact Hi. apply existsb_exists in H2.
    destruct H2 as [j [J1 J2]]. apply Nat.eqb_eq in J2. subst j. exists i. repeat split; assumption.
Qed.

Section Field.
Variable K : ofield.
Add Ring K_ring : (f_ring K).
Local Open Scope of_scope.
Notation nat_ := (nat_ K).
Notation over := (over K).

Lemma nat_add m n : nat_ (m + n) = nat_ m + nat_ n.
Proof. unfold OneOrder.nat_. rewrite Nat2Z.inj_add. apply ofZ_add. Qed.
Lemma nat_mul m n : nat_ (m * n) = nat_ m * nat_ n.
Proof. unfold OneOrder.nat_. rewrite Nat2Z.inj_mul. apply ofZ_mul. Qed.
Lemma nat_0 : nat_ 0 = 0. Proof. apply ofZ_0. Qed.
Lemma nat_1 : nat_ 1 = 1. Proof. apply ofZ_1. Qed.
Lemma sum_swap A B (f : A -> B -> K) la lb :
  sum (fun a => sum (f a) lb) la = sum (fun b => sum (fun a => f a b) la) lb.
Proof.
  induction la as [|a la IH]; cbn [sum]; [symmetry; apply sum_0|]. rewrite IH, <- sum_add. reflexivity.
Qed.

(** The sets of r inputs that contain none of those in s: C(d - k, r), k the number of members of s. *)
Lemma count_missing d r s : length s = d ->
  sum (fun I => if meets I s then 0 else 1) (choose d r) = nat_ (binomial (d - order s) r).
Proof.
  unfold order. revert r s. induction d as [|d IH]; intros r s Hs.
  - destruct s; [|discriminate]. destruct r; cbn; rewrite ?nat_1, ?nat_0; ring.
  - destruct s as [|b s]; [discriminate|]. cbn in Hs. assert (Hs' : length s = d) by lia. cbn [choose]. rewrite sum_app.
    assert (F : sum (fun I => if meets I (b :: s) then 0 else 1) (map (cons false) (choose d r))
                = nat_ (binomial (d - length (filter (fun x => x) s)) r)).
    { rewrite sum_map. cbn [meets andb orb]. apply IH, Hs'. }
    rewrite F. destruct b; cbn [filter].
    + assert (E : sum (fun I => if meets I (true :: s) then 0 else 1)
        match r with O => [] | S r' => map (cons true) (choose d r') end = 0 :> K).
      { destruct r; [reflexivity|]. rewrite sum_map. cbn [meets andb orb]. apply sum_0. }
      rewrite E. cbn [length]. replace (S d - S (length (filter (fun x => x) s)))%nat with (d - length (filter (fun x => x) s))%nat by lia. ring.
    + pose proof (order_le s) as L. unfold order in L. rewrite Hs' in L.
      replace (S d - length (filter (fun x => x) s))%nat with (S (d - length (filter (fun x => x) s))) by lia.
      destruct r as [|r].
      * cbn [sum binomial]. replace (binomial (d - length (filter (fun x => x) s)) 0) with 1%nat by (destruct (d - length (filter (fun x => x) s))%nat; reflexivity). ring.
      * rewrite sum_map. cbn [meets andb orb binomial]. rewrite IH, nat_add by exact Hs'. reflexivity.
Qed.
(** Pairs of disjoint sets, counted in two ways. *)
Lemma pairs_counted_twice d r k : nat_ (binomial d r) * nat_ (binomial (d - r) k) = nat_ (binomial d k) * nat_ (binomial (d - k) r).
Proof.
  transitivity (sum (fun I => sum (fun s => if meets I s then 0 else 1) (choose d k)) (choose d r) : K).
  - rewrite (sum_ext K _ (fun _ => nat_ (binomial (d - r) k))).
    + rewrite sum_const, choose_length. reflexivity.
    + intros I HI. apply choose_spec in HI. destruct HI as [H1 <-]. rewrite <- count_missing by exact H1.
      apply sum_ext. intros s _. rewrite meets_comm. reflexivity.
  - rewrite sum_swap. rewrite (sum_ext K _ (fun _ => nat_ (binomial (d - k) r))).
    + rewrite sum_const, choose_length. reflexivity.
    + intros s Hs. apply choose_spec in Hs. destruct Hs as [H1 <-]. apply count_missing, H1.
Qed.

(** ** The averages of Lemma 2, at the vertices *)
Definition average (d r : nat) (x : list K) : K := over (binomial d r) * sum (max_over x) (choose d r).
(** S(v_k; r, d) = 1 - C(d - k, r) / C(d, r). *)
Definition average_at (d r k : nat) : K := 1 - nat_ (binomial (d - k) r) * over (binomial d r).
(** The vertex with ones at s. *)
Definition corner (s : subset) : list K := map (fun b : bool => if b then 1 else 0) s.
Definition step (k : nat) : K := match k with O => 0 | S _ => 1 end.

Lemma max_over_corner s I : length I = length s -> max_over (corner s) I = if meets I s then 1 else 0.
Proof.
  intros H. unfold max_over, corner. rewrite map_length.
  rewrite (map_ext_in _ (fun i => if mem s i then 1 else 0)).
  - rewrite zero_one_maximum. replace (existsb (mem s) (filter (mem I) (seq 0 (length s)))) with (meets I s); [reflexivity|].
    apply eq_true_iff_eq. rewrite meets_spec, existsb_exists. split.
    + intros [i [H1 H2]]. exists i. split; [|exact H2]. apply filter_In. split; [|exact H1]. apply in_seq.
      destruct (Nat.lt_ge_cases i (length s)) as [L|L]; [lia|]. unfold mem in H2. rewrite nth_overflow in H2 by lia. discriminate.
    + intros [i [H1 H2]]. exists i. split; [apply filter_In in H1; apply H1|exact H2].
  - intros i _. exact (map_nth (fun b : bool => if b then 1 else 0) s false i).
Qed.
Lemma corner_cube s : in_cube K (length s) (corner s).
Proof.
  split; [unfold corner; apply map_length|]. intros a Ha. apply in_map_iff in Ha. destruct Ha as [[] [<- _]];
    split; try apply fle_refl; apply fle_0_1.
Qed.
Lemma maximum_corner s : maximum (corner s) = step (order s).
Proof.
  unfold corner. rewrite (zero_one_maximum K bool (fun b => b) s). unfold order.
  induction s as [|[] s IH]; cbn; [reflexivity|reflexivity|exact IH].
Qed.
Lemma meets_whole s : meets (whole (length s)) s = negb (is_empty s).
Proof. unfold whole, is_empty. induction s as [|[] s IH]; cbn; try reflexivity. exact IH. Qed.

Theorem average_at_a_vertex r s : (r <= length s)%nat -> average (length s) r (corner s) = average_at (length s) r (order s).
Proof.
  intros Hr. set (d := length s). unfold average, average_at.
  rewrite (sum_ext K _ (fun I => 1 + - (1) * (if meets I s then 0 else 1))).
  - rewrite sum_add, sum_mul, (count_missing d r s eq_refl), sum_const, choose_length. fold (nat_ (binomial d r)).
    transitivity (nat_ (binomial d r) * over (binomial d r) - nat_ (binomial (d - order s) r) * over (binomial d r)); [ring|].
    rewrite over_spec by (apply binomial_pos, Hr). reflexivity.
  - intros I HI. apply choose_spec in HI. rewrite max_over_corner by apply HI. destruct (meets I s); ring.
Qed.

(** ** The classes and the program *)
Variable d : nat.

(** A combination of maxes over sets whose sizes are in R. *)
Definition of_orders (R : list nat) (L : list (K * subset)) : Prop :=
  forall p, In p L -> length (snd p) = d /\ In (order (snd p)) R.
Definition symmetric (R : list nat) (b0 : K) (b : nat -> K) (x : list K) : K :=
  b0 + sum (fun r => b r * average d r x) R.
(** The linear program (3) of Lemma 3, with the bound e. *)
Definition program (R : list nat) (b0 : K) (b : nat -> K) (e : K) : Prop :=
  forall k, (k <= d)%nat ->
    - e <= b0 + sum (fun r => b r * average_at d r k) R - step k /\
    b0 + sum (fun r => b r * average_at d r k) R - step k <= e.

(** The mean over the vertices with k ones. *)
Lemma count_meeting k I : length I = d -> (k <= d)%nat -> (order I <= d)%nat ->
  sum (fun s => if meets I s then 1 else 0) (choose d k) = nat_ (binomial d k) * average_at d (order I) k.
Proof.
  intros HI Hk Ho. rewrite (sum_ext K _ (fun s => 1 + - (1) * (if meets s I then 0 else 1))).
  - rewrite sum_add, sum_mul, count_missing, sum_const, choose_length by exact HI. fold (nat_ (binomial d k)). unfold average_at.
    set (r := order I) in *. set (B := binomial d r).
    transitivity (nat_ (binomial d k) - (nat_ B * over B) * nat_ (binomial (d - r) k)).
    + rewrite over_spec by (apply binomial_pos, Ho). ring.
    + transitivity (nat_ (binomial d k) - over B * (nat_ B * nat_ (binomial (d - r) k))); [ring|].
      unfold B. rewrite pairs_counted_twice. ring.
  - intros s _. rewrite meets_comm. destruct (meets s I); ring.
Qed.

Lemma sum_bounds A (f : A -> K) l e : (forall a, In a l -> - e <= f a /\ f a <= e) ->
  - (nat_ (length l) * e) <= sum f l /\ sum f l <= nat_ (length l) * e.
Proof.
  induction l as [|a l IH]; intros H; cbn [sum length].
  - rewrite nat_0. replace (0 * e) with (0 : K) by ring. replace (- 0) with (0 : K) by ring. split; apply fle_refl.
  - destruct (H a (or_introl eq_refl)) as [H1 H2]. destruct IH as [I1 I2]; [intros b Hb; apply H; right; exact Hb|].
    rewrite <- Nat.add_1_l, nat_add, nat_1. replace ((1 + nat_ (length l)) * e) with (e + nat_ (length l) * e) by ring. split.
    + replace (- (e + nat_ (length l) * e)) with (- e + - (nat_ (length l) * e)) by ring. apply fle_add2; assumption.
    + apply fle_add2; assumption.
Qed.

Theorem mean_at_the_vertices b0 L e k : (forall p, In p L -> length (snd p) = d) -> (k <= d)%nat ->
  error_at_most K d (value K b0 L) e ->
  - e <= b0 + sum (fun p => fst p * average_at d (order (snd p)) k) L - step k /\
  b0 + sum (fun p => fst p * average_at d (order (snd p)) k) L - step k <= e.
Proof.
  intros HL Hk HE. set (y := b0 + sum (fun p => fst p * average_at d (order (snd p)) k) L - step k).
  set (N := binomial d k). assert (HN : (0 < N)%nat) by (apply binomial_pos, Hk).
  destruct (sum_bounds _ (fun s => value K b0 L (corner s) - maximum (corner s)) (choose d k) e) as [B1 B2].
  { intros s Hs. apply choose_spec in Hs. destruct Hs as [<- _]. apply HE, corner_cube. }
  assert (E : sum (fun s => value K b0 L (corner s) - maximum (corner s)) (choose d k) = nat_ N * y).
  { rewrite (sum_ext K _ (fun s => (b0 - step k) + sum (fun p => fst p * (if meets (snd p) s then 1 else 0)) L)).
    - rewrite sum_add, sum_const, choose_length. fold (nat_ (binomial d k)). rewrite sum_swap.
      rewrite (sum_ext K _ (fun p => nat_ N * (fst p * average_at d (order (snd p)) k))).
      + rewrite sum_mul. unfold y, N. ring.
      + intros p Hp. rewrite sum_mul, count_meeting; [unfold N; ring|apply HL, Hp|exact Hk|].
        rewrite <- (HL p Hp). apply order_le.
    - intros s Hs. apply choose_spec in Hs. destruct Hs as [Hd Ho]. rewrite maximum_corner, Ho. unfold value.
      rewrite (sum_ext K (fun p => fst p * max_over (corner s) (snd p)) (fun p => fst p * (if meets (snd p) s then 1 else 0))).
      + ring.
      + intros p Hp. rewrite max_over_corner by (rewrite (HL p Hp); symmetry; exact Hd). reflexivity. }
  rewrite E, choose_length in B1, B2. fold N in B1, B2.
  assert (D : forall a, over N * (nat_ N * a) = a).
  { intros a. transitivity (nat_ N * over N * a); [ring|]. rewrite over_spec by exact HN. ring. }
  pose proof (over_nonneg K N HN) as P. split.
  - rewrite <- (D y), <- (D (- e)). apply fle_mul_l; [exact P|]. replace (nat_ N * - e) with (- (nat_ N * e)) by ring. exact B1.
  - rewrite <- (D y), <- (D e). apply fle_mul_l; [exact P|exact B2].
Qed.

(** Coefficients of one order, added up. *)
Definition total_of (L : list (K * subset)) (r : nat) : K := sum (fun p => if (order (snd p) =? r)%nat then fst p else 0) L.
Lemma sum_by_order R L (g : nat -> K) : NoDup R -> (forall p, In p L -> In (order (snd p)) R) ->
  sum (fun p => fst p * g (order (snd p))) L = sum (fun r => total_of L r * g r) R.
Proof.
  intros HR HL. unfold total_of.
  rewrite (sum_ext K (fun r => sum (fun p => if (order (snd p) =? r)%nat then fst p else 0) L * g r)
    (fun r => sum (fun p => if (order (snd p) =? r)%nat then fst p * g r else 0) L)).
  - rewrite sum_swap. apply sum_ext. intros p Hp. specialize (HL p Hp). clear - HR HL. set (o := order (snd p)) in *.
    induction R as [|r R IH]; [contradiction|]. inversion HR as [|? ? N HR']. subst. cbn [sum]. destruct HL as [->|HL].
    + rewrite Nat.eqb_refl. rewrite (sum_ext K _ (fun _ => 0)); [rewrite sum_0; ring|]. intros q Hq.
      destruct (o =? q)%nat eqn:E; [|reflexivity]. apply Nat.eqb_eq in E. subst q. contradiction.
    + destruct (o =? r)%nat eqn:E; [apply Nat.eqb_eq in E; subst r; contradiction|]. rewrite <- IH by assumption. ring.
  - intros r _. rewrite (sum_ext K (fun p => if (order (snd p) =? r)%nat then fst p * g r else 0)
      (fun p => g r * (if (order (snd p) =? r)%nat then fst p else 0))).
    + rewrite sum_mul. ring.
    + intros p _. destruct (order (snd p) =? r)%nat; ring.
Qed.

(** The symmetric member as a combination. *)
Definition spread (R : list nat) (b : nat -> K) : list (K * subset) :=
  flat_map (fun r => map (fun I => (b r * over (binomial d r), I)) (choose d r)) R.
Lemma spread_of_orders R b : of_orders R (spread R b).
Proof.
  intros p Hp. apply in_flat_map in Hp. destruct Hp as [r [Hr Hp]]. apply in_map_iff in Hp. destruct Hp as [I [<- HI]].
  apply choose_spec in HI. destruct HI as [H1 H2]. cbn [snd]. rewrite H2. split; assumption.
Qed.
Lemma symmetric_value R b0 b x : symmetric R b0 b x = value K b0 (spread R b) x.
Proof.
  unfold symmetric, value, spread. f_equal. rewrite sum_flat_map. apply sum_ext. intros r _. rewrite sum_map. cbn [fst snd].
  rewrite sum_mul. unfold average. ring.
Qed.
Lemma spread_at R b0 b s : length s = d -> (forall r, In r R -> (r <= d)%nat) ->
  b0 + sum (fun p => fst p * (if meets (snd p) s then 1 else 0)) (spread R b)
  = b0 + sum (fun r => b r * average_at d r (order s)) R.
Proof.
  intros Hs HR. f_equal. unfold spread. rewrite sum_flat_map. apply sum_ext. intros r Hr. rewrite sum_map. cbn [fst snd].
  rewrite sum_mul. rewrite <- Hs, <- average_at_a_vertex by (rewrite Hs; apply HR, Hr). unfold average.
  rewrite (sum_ext K (max_over (corner s)) (fun I => if meets I s then 1 else 0)); [ring|].
  intros I HI. apply choose_spec in HI. apply max_over_corner, HI.
Qed.

Theorem program_suffices R b0 b e : (forall r, In r R -> (r <= d)%nat) -> program R b0 b e ->
  error_at_most K d (symmetric R b0 b) e.
Proof.
  intros HR HP x Hx. set (L := (- (1), whole d) :: spread R b).
  assert (E : symmetric R b0 b x - maximum x = value K b0 L x).
  { rewrite symmetric_value. unfold value, L. cbn [sum fst snd]. rewrite (maximum_whole K d x) by apply Hx. ring. }
  rewrite E. apply (bound_from_vertices K d); [exact Hx|]. intros S. set (s := set_of d S).
  assert (Hs : length s = d) by apply set_of_length.
  assert (M : forall I, length I = d -> ofZ (hit I S) = (if meets I s then 1 else 0) :> K).
  { intros I HI. unfold hit. rewrite (hits_meets d I S HI). fold s. destruct (meets I s); [apply ofZ_1|apply ofZ_0]. }
  assert (V : value_at K b0 L S = b0 + sum (fun r => b r * average_at d r (order s)) R - step (order s)).
  { rewrite <- (spread_at R b0 b s Hs HR). unfold value_at, L. cbn [sum fst snd]. rewrite M by apply whole_length.
    rewrite (sum_ext K (fun p => fst p * ofZ (hit (snd p) S)) (fun p => fst p * (if meets (snd p) s then 1 else 0))).
    - replace (if meets (whole d) s then 1 else 0 : K) with (step (order s)); [ring|]. rewrite <- Hs, meets_whole.
      destruct (is_empty s) eqn:Es; cbn [negb].
      + apply order_0 in Es. rewrite Es. reflexivity.
      + destruct (order s) eqn:Os; [apply order_0 in Os; congruence|reflexivity].
    - intros p Hp. rewrite M; [reflexivity|]. apply (spread_of_orders R b p Hp). }
  rewrite V. apply HP. rewrite <- Hs. apply order_le.
Qed.

(** Lemma 5, Lemma 3 and Theorem A in one. *)
Theorem least_errors_agree R b0 e : NoDup R -> (forall r, In r R -> (r <= d)%nat) ->
  ((exists L, of_orders R L /\ error_at_most K d (value K b0 L) e) <->
   (exists b, error_at_most K d (symmetric R b0 b) e)) /\
  ((exists b, error_at_most K d (symmetric R b0 b) e) <-> (exists b, program R b0 b e)).
Proof.
  intros HR1 HR2.
  assert (A : (exists L, of_orders R L /\ error_at_most K d (value K b0 L) e) -> exists b, program R b0 b e).
  { intros [L [HL HE]]. exists (total_of L). intros k Hk. rewrite <- (sum_by_order R L (fun r => average_at d r k) HR1).
    - apply mean_at_the_vertices; [intros p Hp; apply HL, Hp|exact Hk|exact HE].
    - intros p Hp. apply HL, Hp. }
  assert (B : (exists b, program R b0 b e) -> exists b, error_at_most K d (symmetric R b0 b) e).
  { intros [b H]. exists b. apply program_suffices; assumption. }
  assert (C : (exists b, error_at_most K d (symmetric R b0 b) e) -> exists L, of_orders R L /\ error_at_most K d (value K b0 L) e).
  { intros [b H]. exists (spread R b). split; [apply spread_of_orders|]. intros x Hx. rewrite <- symmetric_value. apply H, Hx. }
  split; split; auto.
Qed.

(** Theorem B: nor does any sum of functions of at most r inputs each do better. *)
Definition of_few_inputs (r : nat) (G : list (subset * (list K -> K))) : Prop :=
  forall p, In p G -> length (fst p) = d /\ (order (fst p) <= r)%nat /\ depends K d (fun i => mem (fst p) i = true) (snd p).

Lemma max_over_depends I : depends K d (fun i => mem I i = true) (fun x => max_over x I).
Proof.
  intros x y Hx Hy H. unfold max_over. rewrite Hx, Hy. f_equal. apply map_ext_in. intros i Hi. apply filter_In in Hi.
  destruct Hi as [H1 H2]. apply in_seq in H1. apply H; [lia|exact H2].
Qed.

Theorem theorem_b r e : (0 < d)%nat -> (r <= d)%nat ->
  (exists G, of_few_inputs r G /\ error_at_most K d (total_value K G) e) <->
  (exists b0 b, program (seq 1 r) b0 b e).
Proof.
  intros Hd Hr. assert (HR : forall q, In q (seq 1 r) -> (q <= d)%nat) by (intros q Hq; apply in_seq in Hq; lia). split.
  - intros [G [HG HE]]. destruct (functions_do_no_better K d G e Hd) as [b0 [L [HL1 HL2]]].
    + intros p Hp. apply HG, Hp.
    + intros S. pose proof (corner_cube (set_of d S)) as C. rewrite set_of_length in C. unfold corner, set_of in C.
      rewrite map_map in C. apply HE, C.
    + exists b0. destruct (least_errors_agree (seq 1 r) b0 e (seq_NoDup r 1) HR) as [A B]. apply B, A.
      exists L. split; [|exact HL2]. intros q Hq. destruct (HL1 q Hq) as [H1 [H2 [p [H3 H4]]]]. split; [exact H1|].
      destruct (HG p H3) as [G1 [G2 _]]. apply (order_included d) in H4; try assumption. apply in_seq.
      assert (order (snd q) <> 0%nat) by (intros E; apply order_0 in E; congruence). lia.
  - intros [b0 [b H]]. apply program_suffices in H; [|exact HR].
    exists ((none d, fun _ => b0) :: map (fun p => (snd p, fun x => fst p * max_over x (snd p))) (spread (seq 1 r) b)). split.
    + intros p [<-|Hp]; cbn [fst snd].
      * split; [apply none_length|split; [|intros x y _ _ _; reflexivity]]. replace (order (none d)) with 0%nat; [lia|].
        symmetry. apply order_0, (is_empty_spec d); [apply none_length|reflexivity].
      * apply in_map_iff in Hp. destruct Hp as [q [<- Hq]]. cbn [fst snd]. destruct (spread_of_orders _ b q Hq) as [H1 H2].
        apply in_seq in H2. split; [exact H1|split; [lia|]]. intros x y Hx Hy E. f_equal. apply max_over_depends; assumption.
    + intros x Hx. specialize (H x Hx). rewrite symmetric_value in H. unfold total_value. cbn [sum snd]. rewrite sum_map. cbn [snd].
      exact H.
Qed.
End Field.
