(** * Theorem 2, equations (4) and (5): the subpools of all inputs but one *)

From Coq Require Import List Arith ZArith QArith Ring Permutation Lia Bool.
From Maxpooling Require Import OrderedField Network Maximum Assignments Approximation.
Import ListNotations.
Open Scope list_scope.

Definition drop {A} (i : nat) (l : list A) : list A := firstn i l ++ skipn (S i) l.

Lemma drop_map A B (h : A -> B) i l : drop i (map h l) = map h (drop i l).
Proof. unfold drop. rewrite firstn_map, skipn_map, map_app. reflexivity. Qed.

Lemma drop_seq i s d j : In j (drop i (seq s d)) <-> (s <= j < s + d /\ j <> s + i)%nat.
Proof.
  revert i s. induction d as [|d IH]; intros i s.
  - unfold drop. destruct i; simpl; split; [tauto|lia|tauto|lia].
  - destruct i as [|i].
    + unfold drop. cbn [firstn skipn seq app]. rewrite in_seq. lia.
    + unfold drop in *. cbn [seq firstn skipn app]. specialize (IH i (S s)).
      cbn [In]. rewrite IH. lia.
Qed.

Section Field.
Variable K : ofield.
Add Ring K_ring : (f_ring K).
Local Open Scope of_scope.

(** A constant and a weight for every subpool of d - 1 of the d inputs. *)
Definition estimate1 (d : nat) (b0 : K) (b : nat -> K) (x : list K) : K :=
  b0 + sum (fun i => b i * maximum (drop i x)) (seq 0 d).

(** ** The sum of the d maxes *)
Lemma sum_drop (g : list K -> K) x : sum (fun i => g (drop i x)) (seq 0 (length x)) = sum (fun p => g (snd p)) (picks x).
Proof.
  revert g. induction x as [|a x IH]; intros g; [reflexivity|].
  cbn [length seq sum picks]. rewrite sum_map. f_equal.
  rewrite <- seq_shift, sum_map. cbn [snd]. rewrite <- (IH (fun l => g (a :: l))). reflexivity.
Qed.

Lemma sum_picks_perm A l l' : Permutation l l' -> forall g : list A -> K,
  (forall I J, Permutation I J -> g I = g J) -> sum (fun p => g (snd p)) (picks l) = sum (fun p => g (snd p)) (picks l').
Proof.
  induction 1 as [|a l l' Hp IH|a b l|l1 l2 l3 H12 IH12 H23 IH23]; intros g Hg.
  - reflexivity.
  - cbn [picks sum]. rewrite !sum_map. cbn [snd]. rewrite (Hg l l' Hp). f_equal.
    apply (IH (fun I => g (a :: I))). intros I J HIJ. apply Hg. constructor. exact HIJ.
  - cbn [picks sum map]. rewrite !sum_map. cbn [snd fst].
    rewrite (sum_ext K (fun p => g (b :: a :: snd p)) (fun p => g (a :: b :: snd p)) (picks l)).
    + ring.
    + intros p _. apply Hg. constructor.
  - rewrite (IH12 g Hg). apply IH23, Hg.
Qed.

Lemma picks_length A (l : list A) : length (picks l) = length l.
Proof. induction l as [|a l IH]; simpl; [reflexivity|]. rewrite map_length, IH. reflexivity. Qed.

Lemma head_maximum a (l : list K) : (forall b, In b l -> b <= a) -> maximum (a :: l) = a.
Proof.
  intros H. apply (is_max_unique K) with (a :: l); [apply maximum_is_max; discriminate|].
  split; [left; reflexivity|]. intros b [<-|Hb]; [apply fle_refl|apply H, Hb].
Qed.

Lemma sum_of_drops x a b r : Permutation x (a :: b :: r) -> descending (fun c : K => c) (a :: b :: r) ->
  sum (fun i => maximum (drop i x)) (seq 0 (length x)) = b + ofZ (Z.of_nat (pred (length x))) * a.
Proof.
  intros HP [Ha [Hb _]]. rewrite sum_drop, (sum_picks_perm _ _ _ HP maximum (maximum_perm K)).
  rewrite (Permutation_length HP). cbn [picks sum snd length pred].
  rewrite head_maximum by exact Hb. f_equal.
  change (picks (b :: r)) with (picks (b :: r)).
  change ((b, r) :: map (fun p => (fst p, b :: snd p)) (picks r)) with (picks (b :: r)).
  rewrite sum_map. rewrite (sum_ext K _ (fun _ => a)).
  - rewrite sum_const, picks_length. reflexivity.
  - intros p Hp. cbn [snd]. apply head_maximum. intros c Hc. apply Ha.
    apply Permutation_in with (fst p :: snd p); [apply Permutation_sym, picks_perm, Hp|right; exact Hc].
Qed.

Definition nat_ (k : nat) : K := ofZ (Z.of_nat k).
Definition over (k : nat) : K := finv (nat_ k).
Lemma over_spec k : (0 < k)%nat -> nat_ k * over k = 1.
Proof.
  intros H. unfold over. replace (nat_ k * finv (nat_ k)) with (finv (nat_ k) * nat_ k) by ring.
  apply finv_l. apply ofZ_pos_neq_0. lia.
Qed.
Lemma nat_nonneg k : 0 <= nat_ k.
Proof. apply ofZ_nonneg. lia. Qed.
Lemma over_nonneg k : (0 < k)%nat -> 0 <= over k.
Proof.
  intros Hk. destruct (fle_total K 0 (over k)) as [H|H]; [exact H|]. exfalso. apply (@f1_neq_0 K).
  apply fle_antisym; [|apply fle_0_1]. rewrite <- (over_spec k Hk).
  replace 0 with (nat_ k * 0) by ring. apply fle_mul_l; [apply nat_nonneg|exact H].
Qed.
Lemma nat_pred d : (0 < d)%nat -> nat_ (pred d) = nat_ d - 1.
Proof.
  intros H. unfold nat_. replace (Z.of_nat (pred d)) with (Z.of_nat d - 1)%Z by lia. rewrite ofZ_sub, ofZ_1. reflexivity.
Qed.
Lemma nat_2d d : nat_ (2 * d) = nat_ d + nat_ d.
Proof. unfold nat_. replace (Z.of_nat (2 * d)) with (Z.of_nat d + Z.of_nat d)%Z by lia. apply ofZ_add. Qed.
Lemma nat_2d1 d : (0 < d)%nat -> nat_ (2 * d - 1) = nat_ d + nat_ d - 1.
Proof.
  intros H. unfold nat_. replace (Z.of_nat (2 * d - 1)) with (Z.of_nat d + Z.of_nat d - 1)%Z by lia.
  rewrite ofZ_sub, ofZ_add, ofZ_1. reflexivity.
Qed.

(** Two largest inputs. *)
Lemma two_largest d x : (2 <= d)%nat -> in_cube K d x ->
  exists a b, maximum x = a /\ 0 <= b /\ b <= a /\ a <= 1 /\
    sum (fun i => maximum (drop i x)) (seq 0 d) = b + (nat_ d - 1) * a.
Proof.
  intros Hd [Hx H]. destruct (@sorting K _ (fun a : K => a) x) as [y [HP HD]].
  pose proof (Permutation_length HP) as HL.
  destruct y as [|a [|b r]]; simpl in HL; try lia.
  assert (Hy : forall c, In c (a :: b :: r) -> 0 <= c /\ c <= 1).
  { intros c Hc. apply H. apply Permutation_in with (a :: b :: r); [apply Permutation_sym, HP|exact Hc]. }
  exists a, b. repeat split.
  - rewrite (maximum_perm K _ _ HP). apply head_maximum. destruct HD as [HD _]. exact HD.
  - apply Hy. right. left. reflexivity.
  - destruct HD as [HD _]. apply HD. left. reflexivity.
  - apply Hy. left. reflexivity.
  - rewrite <- Hx. rewrite (sum_of_drops x a b r HP HD). fold (nat_ (pred (length x))).
    rewrite nat_pred by lia. reflexivity.
Qed.

Lemma scaled_bounds k e g : (0 < k)%nat -> nat_ k * g = e -> - (1) <= e -> e <= 1 -> - over k <= g /\ g <= over k.
Proof.
  intros Hk E H1 H2. assert (G : g = over k * e).
  { rewrite <- E. transitivity (nat_ k * over k * g); [rewrite over_spec by exact Hk; ring|ring]. }
  rewrite G. pose proof (over_nonneg k Hk) as Ho. split.
  - replace (- over k) with (over k * - (1)) by ring. apply fle_mul_l; assumption.
  - replace (over k) with (over k * 1) at 2 by ring. apply fle_mul_l; assumption.
Qed.

Theorem upper_4 d : (2 <= d)%nat ->
  error_at_most K d (estimate1 d 0 (fun _ => (1 + 1) * over (2 * d - 1))) (over (2 * d - 1)).
Proof.
  intros Hd x Hx. destruct (two_largest d x Hd Hx) as [a [b [Ea [Hb [Hba [Ha E]]]]]].
  unfold estimate1. rewrite sum_mul, E, Ea. set (k := (2 * d - 1)%nat).
  assert (Hk : (0 < k)%nat) by (unfold k; lia).
  apply (scaled_bounds k (b + b - a)); [exact Hk| | |].
  - transitivity ((nat_ k * over k) * ((1 + 1) * (b + (nat_ d - 1) * a)) - nat_ k * a); [ring|].
    rewrite over_spec by exact Hk. unfold k. rewrite nat_2d1 by lia. ring.
  - apply fle_from_diff. replace (b + b - a - - (1)) with (b + b + (1 - a)) by ring.
    replace 0 with (0 + 0 + 0 : K) by ring. apply fle_add2; [apply fle_add2; exact Hb|apply fle_diff, Ha].
  - apply fle_from_diff. replace (1 - (b + b - a)) with ((1 - b) + (a - b)) by ring.
    replace 0 with (0 + 0 : K) by ring. apply fle_add2; apply fle_diff; [apply fle_trans with a; assumption|exact Hba].
Qed.

Theorem upper_5 d : (2 <= d)%nat ->
  error_at_most K d (estimate1 d (over (2 * d)) (fun _ => over d)) (over (2 * d)).
Proof.
  intros Hd x Hx. destruct (two_largest d x Hd Hx) as [a [b [Ea [Hb [Hba [Ha E]]]]]].
  unfold estimate1. rewrite sum_mul, E, Ea. set (k := (2 * d)%nat).
  assert (Hk : (0 < k)%nat) by (unfold k; lia).
  assert (Hd0 : (0 < d)%nat) by lia.
  apply (scaled_bounds k (1 - (1 + 1) * (a - b))); [exact Hk| | |].
  - transitivity (nat_ k * over k + (nat_ k * over d) * (b + (nat_ d - 1) * a) - nat_ k * a); [ring|].
    rewrite over_spec by exact Hk. unfold k. rewrite nat_2d.
    replace ((nat_ d + nat_ d) * over d) with (nat_ d * over d + nat_ d * over d) by ring.
    rewrite over_spec by exact Hd0. ring.
  - apply fle_from_diff. replace (1 - (1 + 1) * (a - b) - - (1)) with ((1 - a) + (1 - a) + (b + b)) by ring.
    replace 0 with (0 + 0 + (0 + 0) : K) by ring.
    apply fle_add2; apply fle_add2; try exact Hb; apply fle_diff, Ha.
  - apply fle_from_diff. replace (1 - (1 - (1 + 1) * (a - b))) with ((a - b) + (a - b)) by ring.
    replace 0 with (0 + 0 : K) by ring. apply fle_add2; apply fle_diff, Hba.
Qed.

(** ** The lower bounds: the vertices with no, one and all ones *)
Definition one_at (d i : nat) : list K := map (fun k => if (k =? i)%nat then 1 else 0) (seq 0 d).

Lemma zero_one_maximum A (p : A -> bool) l : maximum (map (fun k => if p k then 1 else 0 : K) l) = if existsb p l then 1 else 0.
Proof.
  induction l as [|k l IH]; [reflexivity|]. destruct l as [|k' l].
  - simpl. destruct (p k); reflexivity.
  - change (fmax (if p k then 1 else 0 : K) (maximum (map (fun k => if p k then 1 else 0 : K) (k' :: l)))
      = if p k || existsb p (k' :: l) then 1 else 0). rewrite IH.
    destruct (p k), (existsb p (k' :: l)); simpl; try (apply fmax_l; apply fle_refl);
      [apply fmax_l, fle_0_1|apply fmax_r, fle_0_1].
Qed.

Lemma one_at_cube d i : in_cube K d (one_at d i).
Proof.
  split; [unfold one_at; rewrite map_length, seq_length; reflexivity|]. intros a Ha.
  apply in_map_iff in Ha. destruct Ha as [k [<- _]]. destruct (k =? i)%nat; split; try apply fle_refl; apply fle_0_1.
Qed.

Lemma drop_one_at d i j : (i < d)%nat -> maximum (drop j (one_at d i)) = if (j =? i)%nat then 0 else 1.
Proof.
  intros Hi. unfold one_at. rewrite drop_map, zero_one_maximum.
  destruct (j =? i)%nat eqn:E.
  - apply Nat.eqb_eq in E. subst. destruct (existsb _ _) eqn:X; [|reflexivity].
    apply existsb_exists in X. destruct X as [k [Hk Ek]]. apply Nat.eqb_eq in Ek. subst.
    apply drop_seq in Hk. lia.
  - apply Nat.eqb_neq in E. destruct (existsb _ _) eqn:X; [reflexivity|].
    assert (Y : existsb (fun k => (k =? i)%nat) (drop j (seq 0 d)) = true).
    { apply existsb_exists. exists i. split; [apply drop_seq; lia|apply Nat.eqb_refl]. }
    congruence.
Qed.

Lemma one_at_maximum d i : (i < d)%nat -> maximum (one_at d i) = 1.
Proof.
  intros Hi. unfold one_at. rewrite zero_one_maximum. destruct (existsb _ _) eqn:X; [reflexivity|].
  assert (Y : existsb (fun k => (k =? i)%nat) (seq 0 d) = true).
  { apply existsb_exists. exists i. split; [apply in_seq; lia|apply Nat.eqb_refl]. }
  congruence.
Qed.

Definition total (d : nat) (b : nat -> K) : K := sum b (seq 0 d).

Lemma sum_at d i (b : nat -> K) s : (s <= i < s + d)%nat -> sum (fun j => if (j =? i)%nat then b j else 0) (seq s d) = b i.
Proof.
  revert s. induction d as [|d IH]; intros s H; [lia|]. cbn [seq sum]. destruct (s =? i)%nat eqn:E.
  - apply Nat.eqb_eq in E. subst. rewrite (sum_ext K _ (fun _ => 0)); [rewrite sum_0; ring|].
    intros j Hj. apply in_seq in Hj. destruct (j =? i)%nat eqn:F; [apply Nat.eqb_eq in F; lia|reflexivity].
  - apply Nat.eqb_neq in E. rewrite IH by lia. ring.
Qed.

Lemma estimate_one_at d b0 b i : (i < d)%nat -> estimate1 d b0 b (one_at d i) = b0 + (total d b - b i).
Proof.
  intros Hi. unfold estimate1, total. f_equal.
  rewrite (sum_ext K _ (fun j => b j + (- (1)) * (if (j =? i)%nat then b j else 0))).
  - rewrite sum_add, sum_mul, sum_at by lia. ring.
  - intros j _. rewrite drop_one_at by exact Hi. destruct (j =? i)%nat; ring.
Qed.

Lemma constant_vertex d c : c = 0 \/ c = 1 -> (2 <= d)%nat ->
  let x := map (fun _ => c) (seq 0 d) in
  in_cube K d x /\ maximum x = c /\ forall b0 b, estimate1 d b0 b x = b0 + total d b * c.
Proof.
  intros Hc Hd x.
  assert (M : forall l : list nat, l <> [] -> maximum (map (fun _ => c) l) = c).
  { intros l Hl. destruct l as [|k l]; [congruence|]. cbn [map]. apply head_maximum.
    intros b Hb. apply in_map_iff in Hb. destruct Hb as [_ [<- _]]. apply fle_refl. }
  repeat split.
  - unfold x. rewrite map_length, seq_length. reflexivity.
  - apply in_map_iff in H. destruct H as [_ [<- _]]. destruct Hc as [-> | ->]; [apply fle_refl|apply fle_0_1].
  - apply in_map_iff in H. destruct H as [_ [<- _]]. destruct Hc as [-> | ->]; [apply fle_0_1|apply fle_refl].
  - apply M. destruct d; [lia|discriminate].
  - intros b0 b. unfold estimate1, total. f_equal.
    rewrite (sum_ext K _ (fun j => c * b j)).
    + rewrite sum_mul. ring.
    + intros j _. unfold x. rewrite drop_map, M; [ring|]. intros E.
      assert (H : In (if (j =? 0)%nat then 1%nat else 0%nat) (drop j (seq 0 d))).
      { apply drop_seq. destruct (j =? 0)%nat eqn:J; [apply Nat.eqb_eq in J|apply Nat.eqb_neq in J]; lia. }
      rewrite E in H. exact H.
Qed.

(** What the vertices say about any estimator of this kind with error e. *)
Lemma vertex_bounds d b0 b e : (2 <= d)%nat -> error_at_most K d (estimate1 d b0 b) e ->
  b0 <= e /\ b0 + total d b - 1 <= e /\ - (nat_ d * e) <= nat_ d * b0 + (nat_ d - 1) * total d b - nat_ d.
Proof.
  intros Hd HE.
  destruct (constant_vertex d 0 (or_introl eq_refl) Hd) as [C0 [M0 E0]].
  destruct (constant_vertex d 1 (or_intror eq_refl) Hd) as [C1 [M1 E1]].
  pose proof (HE _ C0) as [_ H0]. rewrite M0, E0 in H0.
  pose proof (HE _ C1) as [_ H1]. rewrite M1, E1 in H1.
  repeat split.
  - replace b0 with (b0 + total d b * 0 - 0) by ring. exact H0.
  - replace (b0 + total d b - 1) with (b0 + total d b * 1 - 1) by ring. exact H1.
  - assert (S : forall L, (forall i, In i L -> (i < d)%nat) ->
      sum (fun _ : nat => - e) L <= sum (fun i => b0 + (total d b - b i) - 1) L).
    { induction L as [|i L IH]; intros HL; cbn [sum]; [apply fle_refl|]. apply fle_add2.
      - assert (Hi : (i < d)%nat) by (apply HL; left; reflexivity).
        destruct (HE _ (one_at_cube d i)) as [H _]. rewrite estimate_one_at, one_at_maximum in H by exact Hi. exact H.
      - apply IH. intros j Hj. apply HL. right. exact Hj. }
    specialize (S (seq 0 d)). rewrite sum_const, seq_length in S. fold (nat_ d) in S.
    rewrite (sum_ext K (fun i => b0 + (total d b - b i) - 1) (fun i => (b0 + total d b - 1) + (- (1)) * b i)) in S by (intros; ring).
    rewrite sum_add, sum_mul, sum_const, seq_length in S. fold (nat_ d) in S. fold (total d b) in S.
    replace (- (nat_ d * e)) with (nat_ d * - e) by ring.
    replace (nat_ d * b0 + (nat_ d - 1) * total d b - nat_ d) with (nat_ d * (b0 + total d b - 1) + - (1) * total d b) by ring.
    apply S. intros i Hi. apply in_seq in Hi. lia.
Qed.

Lemma over_least k e : (0 < k)%nat -> 1 <= nat_ k * e -> over k <= e.
Proof.
  intros Hk H. replace (over k) with (over k * 1) by ring.
  replace e with (over k * (nat_ k * e)).
  - apply fle_mul_l; [apply over_nonneg, Hk|exact H].
  - transitivity (nat_ k * over k * e); [ring|]. rewrite over_spec by exact Hk. ring.
Qed.

Lemma nat_minus_1_nonneg d : (2 <= d)%nat -> 0 <= nat_ d - 1.
Proof. intros H. rewrite <- nat_pred by lia. apply nat_nonneg. Qed.

Theorem lower_4 d b e : (2 <= d)%nat -> error_at_most K d (estimate1 d 0 b) e -> over (2 * d - 1) <= e.
Proof.
  intros Hd HE. destruct (vertex_bounds d 0 b e Hd HE) as [_ [H1 H2]].
  apply over_least; [lia|]. rewrite nat_2d1 by lia. set (t := total d b) in *. set (m := nat_ d) in *.
  apply fle_from_diff.
  replace ((m + m - 1) * e - 1) with ((m * 0 + (m - 1) * t - m - - (m * e)) + (m - 1) * (e - (0 + t - 1))) by ring.
  replace 0 with (0 + 0 : K) at 1 by ring. apply fle_add2; [apply fle_diff, H2|].
  apply fle_mul; [apply nat_minus_1_nonneg, Hd|apply fle_diff, H1].
Qed.

Theorem lower_5 d b0 b e : (2 <= d)%nat -> error_at_most K d (estimate1 d b0 b) e -> over (2 * d) <= e.
Proof.
  intros Hd HE. destruct (vertex_bounds d b0 b e Hd HE) as [H0 [H1 H2]].
  apply over_least; [lia|]. rewrite nat_2d. set (t := total d b) in *. set (m := nat_ d) in *.
  apply fle_from_diff.
  replace ((m + m) * e - 1) with ((m * b0 + (m - 1) * t - m - - (m * e)) + (m - 1) * (e - (b0 + t - 1)) + (e - b0)) by ring.
  replace 0 with (0 + 0 + 0 : K) at 1 by ring. apply fle_add2; [apply fle_add2|].
  - apply fle_diff, H2.
  - apply fle_mul; [apply nat_minus_1_nonneg, Hd|apply fle_diff, H1].
  - apply fle_diff, H0.
Qed.

(** Equation (4): 1/(2d-1) is the least error without a constant; (5): 1/(2d) with one. *)
Theorem equation_4 d : (2 <= d)%nat ->
  (exists b, error_at_most K d (estimate1 d 0 b) (over (2 * d - 1))) /\
  (forall b e, error_at_most K d (estimate1 d 0 b) e -> over (2 * d - 1) <= e).
Proof. intros Hd. split; [eexists; apply upper_4, Hd|]. intros b e. apply lower_4, Hd. Qed.
Theorem equation_5 d : (2 <= d)%nat ->
  (exists b0 b, error_at_most K d (estimate1 d b0 b) (over (2 * d))) /\
  (forall b0 b e, error_at_most K d (estimate1 d b0 b) e -> over (2 * d) <= e).
Proof. intros Hd. split; [do 2 eexists; apply upper_5, Hd|]. intros b0 b e. apply lower_5, Hd. Qed.
End Field.
