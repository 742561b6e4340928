(** * Blocks of r inputs that cover every input equally often

    For every d and 1 <= r <= d. A constant and the maxes over sets of exactly r of the d inputs, with
    any weights, leave at least the error (d - r) / (2 d) on the cube [0,1]^d; without a constant, at
    least (d - r) / (d + r). Every list of blocks in which each input is in equally many attains both,
    with equal weights: d / r disjoint blocks are as good as all d! / (r! (d - r)!) sets of r.
    For r = d - 1 these are equations (5) and (4) of Theorem 2. *)

From Coq Require Import List Arith ZArith QArith Ring Permutation Lia Bool.
From Maxpooling Require Import OrderedField Network Maximum Approximation OneOrder UnionClosed.
Import ListNotations.
Open Scope list_scope.

(** [size d I] is the number of members of I (UnionClosed.v); [covered B i]: how many blocks have i. *)
Definition covered (B : list subset) (i : nat) : nat := length (filter (fun I => mem I i) B).
Record blocks (d r : nat) (B : list subset) : Prop := {
  block_length : forall I, In I B -> length I = d;
  block_size : forall I, In I B -> size d I = r }.
Record regular (d r k : nat) (B : list subset) : Prop := {
  regular_blocks : blocks d r B;
  regular_cover : forall i, (i < d)%nat -> covered B i = k;
  regular_some : B <> [] }.

Section Field.
Variable K : ofield.
Add Ring K_ring : (f_ring K).
Local Open Scope of_scope.
Notation nat_ := (nat_ K).
Notation over := (over K).

Definition weighted (B : list subset) (a0 : K) (a : subset -> K) (x : list K) : K :=
  a0 + sum (fun I => a I * max_over x I) B.

Lemma nat_add m n : nat_ (m + n) = nat_ m + nat_ n.
Proof. unfold OneOrder.nat_. rewrite Nat2Z.inj_add. apply ofZ_add. Qed.
Lemma nat_mul m n : nat_ (m * n) = nat_ m * nat_ n.
Proof. unfold OneOrder.nat_. rewrite Nat2Z.inj_mul. apply ofZ_mul. Qed.
Lemma nat_sub m n : (n <= m)%nat -> nat_ (m - n) = nat_ m - nat_ n.
Proof. intros H. unfold OneOrder.nat_. rewrite Nat2Z.inj_sub by exact H. apply ofZ_sub. Qed.
Lemma cancel_le q a b : (0 < q)%nat -> nat_ q * a <= nat_ q * b -> a <= b.
Proof.
  intros Hq H. assert (E : forall c, c = over q * (nat_ q * c)).
  { intros c. transitivity ((nat_ q * over q) * c); [rewrite over_spec by exact Hq; ring|ring]. }
  rewrite (E a), (E b). apply fle_mul_l; [apply over_nonneg, Hq|exact H].
Qed.
Lemma sum_swap A C (f : A -> C -> K) la lb :
  sum (fun a => sum (f a) lb) la = sum (fun b => sum (fun a => f a b) la) lb.
Proof. induction la as [|a la IH]; simpl; [symmetry; apply sum_0|]. rewrite IH, <- sum_add. reflexivity. Qed.
Lemma sum_count A (p : A -> bool) (c : K) l : sum (fun a => if p a then c else 0) l = nat_ (length (filter p l)) * c.
Proof. rewrite (sum_if K (fun _ => c)), sum_const. reflexivity. Qed.
Lemma sum_le A (f g : A -> K) l : (forall a, In a l -> f a <= g a) -> sum f l <= sum g l.
Proof.
  induction l as [|a l IH]; intros H; cbn [sum]; [apply fle_refl|].
  apply fle_add2; [apply H; left; reflexivity|apply IH; intros; apply H; right; assumption].
Qed.

(** Counting the pairs of a block and a member of it in two ways. *)
Lemma members_twice d r B (a : subset -> K) : blocks d r B ->
  sum (fun i => sum (fun I => if mem I i then a I else 0) B) (seq 0 d) = nat_ r * sum a B.
Proof.
  intros HB. rewrite sum_swap, <- sum_mul. apply sum_ext. intros I HI. rewrite sum_count.
  rewrite <- (block_size d r B HB I HI). reflexivity.
Qed.
Lemma count_twice d r k B : regular d r k B -> nat_ r * nat_ (length B) = nat_ d * nat_ k.
Proof.
  intros HB. pose proof (members_twice d r B (fun _ => 1) (regular_blocks _ _ _ _ HB)) as E.
  rewrite sum_const in E. fold (nat_ (length B)) in E.
  rewrite (sum_ext K _ (fun _ => nat_ k)) in E.
  - rewrite sum_const, seq_length in E. fold (nat_ d) in E. rewrite E. ring.
  - intros i Hi. apply in_seq in Hi. rewrite sum_count. fold (covered B i).
    rewrite (regular_cover _ _ _ _ HB) by lia. ring.
Qed.

(** ** What the maxes are *)
Lemma max_over_at_least d (x : list K) I i : length x = d -> (i < d)%nat -> mem I i = true -> nth i x 0 <= max_over x I.
Proof.
  intros Hx Hi HI. unfold max_over. rewrite Hx.
  set (l := map (fun i => nth i x 0) (filter (mem I) (seq 0 d))).
  assert (Hin : In (nth i x 0) l).
  { unfold l. apply in_map_iff. exists i. split; [reflexivity|]. apply filter_In. split; [apply in_seq; lia|exact HI]. }
  destruct (maximum_is_max K l) as [_ H]; [intros E; rewrite E in Hin; exact Hin|]. apply H, Hin.
Qed.
Lemma max_over_cube d x I : in_cube K d x -> (0 < d)%nat -> 0 <= max_over x I /\ max_over x I <= maximum x.
Proof.
  intros [Hx H01] Hd.
  assert (M : x <> []) by (intros ->; simpl in Hx; lia).
  destruct (maximum_is_max K x M) as [M1 M2].
  unfold max_over. rewrite Hx. set (l := map (fun i => nth i x 0) (filter (mem I) (seq 0 d))).
  assert (Hl : forall b, In b l -> In b x).
  { intros b Hb. apply in_map_iff in Hb. destruct Hb as [i [<- Hi]]. apply filter_In in Hi. destruct Hi as [Hi _].
    apply in_seq in Hi. apply nth_In. lia. }
  assert (C : l = [] \/ l <> []) by (destruct l; [left; reflexivity|right; discriminate]).
  destruct C as [->|C].
  - split; [apply fle_refl|apply H01, M1].
  - destruct (maximum_is_max K l C) as [L1 _]. split; [apply H01, Hl, L1|apply M2, Hl, L1].
Qed.

(** The sum of the maxes over regular blocks, between k and N times the max. *)
Lemma sum_of_blocks d r k B x : regular d r k B -> (0 < d)%nat -> in_cube K d x ->
  nat_ k * maximum x <= sum (max_over x) B /\ sum (max_over x) B <= nat_ (length B) * maximum x.
Proof.
  intros HB Hd Hx. split.
  - assert (M : x <> []) by (destruct Hx as [Hx _]; intros ->; simpl in Hx; lia).
    destruct (maximum_is_max K x M) as [M1 _]. apply (In_nth _ _ 0) in M1. destruct M1 as [i [Hi Ei]].
    rewrite (proj1 Hx) in Hi. rewrite <- (regular_cover _ _ _ _ HB i Hi). unfold covered. rewrite <- sum_count.
    apply sum_le. intros I _. destruct (mem I i) eqn:E.
    + rewrite <- Ei. apply (max_over_at_least d); [apply Hx|exact Hi|exact E].
    + apply (max_over_cube d); assumption.
  - unfold OneOrder.nat_. rewrite <- sum_const. apply sum_le. intros I _. apply (max_over_cube d); assumption.
Qed.

(** ** Upper bounds *)
Definition error_with (d r : nat) : K := over (2 * d) * nat_ (d - r).
Definition error_without (d r : nat) : K := over (d + r) * nat_ (d - r).

Theorem upper_with d r k B : regular d r k B -> (0 < d)%nat -> (r <= d)%nat ->
  error_at_most K d (weighted B (error_with d r) (fun _ => over (length B))) (error_with d r).
Proof.
  intros HB Hd Hr x Hx. set (n := length B).
  assert (Hn : (0 < n)%nat) by (pose proof (regular_some _ _ _ _ HB); unfold n; destruct B; [congruence|simpl; lia]).
  assert (H01 : 0 <= maximum x /\ maximum x <= 1).
  { assert (M : x <> []) by (destruct Hx as [Hx _]; intros ->; simpl in Hx; lia). apply Hx, (maximum_is_max K x M). }
  destruct (sum_of_blocks d r k B x HB Hd Hx) as [S1 S2]. fold n in S2. unfold weighted. rewrite sum_mul.
  set (s := sum (max_over x) B) in *. set (m := maximum x) in *. set (e := error_with d r).
  set (q := (2 * d * n)%nat). assert (Hq : (0 < q)%nat) by (unfold q; nia).
  assert (Eq : nat_ q = (nat_ d + nat_ d) * nat_ n) by (unfold q; rewrite nat_mul, nat_2d; reflexivity).
  assert (D : nat_ (d - r) = nat_ d - nat_ r) by (apply nat_sub, Hr).
  assert (Ee : nat_ q * e = nat_ n * (nat_ d - nat_ r)).
  { rewrite Eq. unfold e, error_with. rewrite D.
    transitivity ((nat_ (2 * d) * over (2 * d)) * (nat_ n * (nat_ d - nat_ r))); [rewrite nat_2d; ring|].
    rewrite over_spec by lia. ring. }
  assert (Es : nat_ q * (over n * s) = (nat_ d + nat_ d) * s).
  { rewrite Eq. transitivity ((nat_ n * over n) * ((nat_ d + nat_ d) * s)); [ring|]. rewrite over_spec by exact Hn. ring. }
  assert (Ck : nat_ r * nat_ n = nat_ d * nat_ k) by (apply (count_twice d r k B HB)).
  assert (Pd : 0 <= nat_ d + nat_ d) by (rewrite <- nat_2d; apply nat_nonneg).
  assert (P2 : 0 <= (nat_ d - nat_ r)) by (rewrite <- D; apply nat_nonneg).
  split; apply (cancel_le q); try exact Hq; apply fle_from_diff.
  - replace (nat_ q * (e + over n * s - m) - nat_ q * - e)
      with (nat_ q * e + nat_ q * e + nat_ q * (over n * s) - nat_ q * m) by ring.
    rewrite Ee, Es, Eq.
    replace (nat_ n * (nat_ d - nat_ r) + nat_ n * (nat_ d - nat_ r) + (nat_ d + nat_ d) * s - (nat_ d + nat_ d) * nat_ n * m)
      with ((nat_ n + nat_ n) * ((nat_ d - nat_ r) * (1 - m)) + (nat_ d + nat_ d) * (s - nat_ k * m)
            + (1 + 1) * m * (nat_ d * nat_ k - nat_ r * nat_ n)) by ring.
    rewrite Ck. replace (nat_ d * nat_ k - nat_ d * nat_ k) with (0 : K) by ring.
    replace 0 with (0 + 0 + 0 : K) at 1 by ring. apply fle_add2; [apply fle_add2|].
    + apply fle_mul; [rewrite <- nat_add; apply nat_nonneg|]. apply fle_mul; [exact P2|apply fle_diff, H01].
    + apply fle_mul; [exact Pd|apply fle_diff, S1].
    + replace ((1 + 1) * m * 0) with (0 : K) by ring. apply fle_refl.
  - replace (nat_ q * e - nat_ q * (e + over n * s - m)) with (nat_ q * m - nat_ q * (over n * s)) by ring.
    rewrite Es, Eq. replace ((nat_ d + nat_ d) * nat_ n * m - (nat_ d + nat_ d) * s)
      with ((nat_ d + nat_ d) * (nat_ n * m - s)) by ring.
    apply fle_mul; [exact Pd|apply fle_diff, S2].
Qed.

Theorem upper_without d r k B : regular d r k B -> (0 < d)%nat -> (r <= d)%nat ->
  error_at_most K d (weighted B 0 (fun _ => nat_ (2 * d) * over (d + r) * over (length B))) (error_without d r).
Proof.
  intros HB Hd Hr x Hx. set (n := length B).
  assert (Hn : (0 < n)%nat) by (pose proof (regular_some _ _ _ _ HB); unfold n; destruct B; [congruence|simpl; lia]).
  assert (H01 : 0 <= maximum x /\ maximum x <= 1).
  { assert (M : x <> []) by (destruct Hx as [Hx _]; intros ->; simpl in Hx; lia). apply Hx, (maximum_is_max K x M). }
  destruct (sum_of_blocks d r k B x HB Hd Hx) as [S1 S2]. fold n in S2. unfold weighted. rewrite sum_mul.
  set (s := sum (max_over x) B) in *. set (m := maximum x) in *. set (e := error_without d r).
  set (a := nat_ (2 * d) * over (d + r) * over n).
  set (q := ((d + r) * n)%nat). assert (Hq : (0 < q)%nat) by (unfold q; nia).
  assert (Eq : nat_ q = (nat_ d + nat_ r) * nat_ n) by (unfold q; rewrite nat_mul, nat_add; reflexivity).
  assert (D : nat_ (d - r) = nat_ d - nat_ r) by (apply nat_sub, Hr).
  assert (Ee : nat_ q * e = nat_ n * (nat_ d - nat_ r)).
  { rewrite Eq. unfold e, error_without. rewrite D.
    transitivity ((nat_ (d + r) * over (d + r)) * (nat_ n * (nat_ d - nat_ r))); [rewrite nat_add; ring|].
    rewrite over_spec by lia. ring. }
  assert (Es : nat_ q * (a * s) = (nat_ d + nat_ d) * s).
  { rewrite Eq. unfold a. rewrite nat_2d.
    transitivity ((nat_ (d + r) * over (d + r)) * (nat_ n * over n) * ((nat_ d + nat_ d) * s)); [rewrite nat_add; ring|].
    rewrite !over_spec by lia. ring. }
  assert (Ck : nat_ r * nat_ n = nat_ d * nat_ k) by (apply (count_twice d r k B HB)).
  assert (Pd : 0 <= nat_ d + nat_ d) by (rewrite <- nat_2d; apply nat_nonneg).
  assert (P2 : 0 <= (nat_ d - nat_ r)) by (rewrite <- D; apply nat_nonneg).
  assert (P3 : 0 <= nat_ n * ((nat_ d - nat_ r) * (1 - m))).
  { apply fle_mul; [apply nat_nonneg|]. apply fle_mul; [exact P2|apply fle_diff, H01]. }
  split; apply (cancel_le q); try exact Hq; apply fle_from_diff.
  - replace (nat_ q * (0 + a * s - m) - nat_ q * - e) with (nat_ q * e + nat_ q * (a * s) - nat_ q * m) by ring.
    rewrite Ee, Es, Eq.
    replace (nat_ n * (nat_ d - nat_ r) + (nat_ d + nat_ d) * s - (nat_ d + nat_ r) * nat_ n * m)
      with (nat_ n * ((nat_ d - nat_ r) * (1 - m)) + (nat_ d + nat_ d) * (s - nat_ k * m)
            + (1 + 1) * m * (nat_ d * nat_ k - nat_ r * nat_ n)) by ring.
    rewrite Ck. replace (nat_ d * nat_ k - nat_ d * nat_ k) with (0 : K) by ring.
    replace 0 with (0 + 0 + 0 : K) at 1 by ring. apply fle_add2; [apply fle_add2|].
    + exact P3.
    + apply fle_mul; [exact Pd|apply fle_diff, S1].
    + replace ((1 + 1) * m * 0) with (0 : K) by ring. apply fle_refl.
  - replace (nat_ q * e - nat_ q * (0 + a * s - m)) with (nat_ q * e + nat_ q * m - nat_ q * (a * s)) by ring.
    rewrite Ee, Es, Eq.
    replace (nat_ n * (nat_ d - nat_ r) + (nat_ d + nat_ r) * nat_ n * m - (nat_ d + nat_ d) * s)
      with (nat_ n * ((nat_ d - nat_ r) * (1 - m)) + (nat_ d + nat_ d) * (nat_ n * m - s)) by ring.
    replace 0 with (0 + 0 : K) at 1 by ring. apply fle_add2; [exact P3|].
    apply fle_mul; [exact Pd|apply fle_diff, S2].
Qed.

(** ** Lower bounds: no ones, all ones, one one *)
Definition all_but (d i : nat) : subset := map (fun j => negb (j =? i)%nat) (seq 0 d).
Lemma mem_all_but d i j : (j < d)%nat -> mem (all_but d i) j = negb (j =? i)%nat.
Proof.
  intros Hj. unfold mem, all_but.
  rewrite (nth_indep _ false ((fun j => negb (j =? i)%nat) O)) by (rewrite map_length, seq_length; exact Hj).
  rewrite (map_nth (fun j => negb (j =? i)%nat)), seq_nth by exact Hj. reflexivity.
Qed.
Lemma included_all_but d i I : (i < d)%nat -> included d I (all_but d i) = negb (mem I i).
Proof.
  intros Hi. destruct (mem I i) eqn:E; cbn [negb].
  - destruct (included d I (all_but d i)) eqn:C; [|reflexivity]. exfalso. rewrite included_spec in C.
    specialize (C i Hi E). rewrite mem_all_but, Nat.eqb_refl in C by exact Hi. discriminate.
  - apply included_spec. intros j Hj HI. rewrite mem_all_but by exact Hj. apply negb_true_iff, Nat.eqb_neq.
    intros ->. congruence.
Qed.
Lemma size_none d : size d (none d) = O.
Proof.
  unfold size. generalize (seq 0 d) as l. intros l. induction l as [|i l IH]; simpl; [reflexivity|].
  rewrite mem_none. exact IH.
Qed.
Lemma included_none_size d I : included d I (none d) = true -> size d I = O.
Proof.
  intros H. unfold size. rewrite included_spec in H.
  assert (A : forall i, In i (seq 0 d) -> mem I i = false).
  { intros i Hi. apply in_seq in Hi. destruct (mem I i) eqn:E; [|reflexivity].
    apply H in E; [|lia]. rewrite mem_none in E. discriminate. }
  revert A. generalize (seq 0 d) as l. intros l. induction l as [|i l IH]; intros A; simpl; [reflexivity|].
  rewrite (A i) by (left; reflexivity). apply IH. intros j Hj. apply A. right. exact Hj.
Qed.

Lemma weighted_zeros_at d B a0 a U :
  weighted B a0 a (zeros_at K d U) = a0 + sum (fun I => a I * (if included d I U then 0 else 1)) B.
Proof. unfold weighted. f_equal. apply sum_ext. intros I _. rewrite max_over_zeros_at. reflexivity. Qed.
Lemma maximum_zeros_at d U : maximum (zeros_at K d U) = if included d (whole d) U then 0 else 1.
Proof. rewrite (maximum_whole K d) by apply zeros_at_cube. apply max_over_zeros_at. Qed.

Lemma bounds_at_vertices d r B a0 a e : blocks d r B -> (1 <= r <= d)%nat ->
  error_at_most K d (weighted B a0 a) e ->
  a0 <= e /\ a0 + sum a B - 1 <= e /\ - (nat_ d * e) <= nat_ d * a0 + nat_ r * sum a B - nat_ d.
Proof.
  intros HB Hr HE. repeat split.
  - destruct (HE _ (zeros_at_cube K d (whole d))) as [_ H]. rewrite weighted_zeros_at, maximum_zeros_at, included_refl in H.
    rewrite (sum_ext K _ (fun _ => 0)) in H.
    + rewrite sum_0 in H. replace a0 with (a0 + 0 - 0) by ring. exact H.
    + intros I _. rewrite included_whole. ring.
  - destruct (HE _ (zeros_at_cube K d (none d))) as [_ H]. rewrite weighted_zeros_at, maximum_zeros_at in H.
    replace (included d (whole d) (none d)) with false in H.
    + rewrite (sum_ext K _ a) in H; [exact H|]. intros I HI.
      destruct (included d I (none d)) eqn:E; [|ring]. apply included_none_size in E.
      rewrite (block_size d r B HB I HI) in E. lia.
    + symmetry. destruct (included d (whole d) (none d)) eqn:E; [|reflexivity]. rewrite included_spec in E.
      specialize (E 0%nat). rewrite mem_none, mem_whole in E by lia. symmetry. apply E; [lia|reflexivity].
  - assert (V : forall i, In i (seq 0 d) -> - e <= a0 - 1 + sum (fun I => if mem I i then a I else 0) B).
    { intros i Hi. apply in_seq in Hi. destruct (HE _ (zeros_at_cube K d (all_but d i))) as [H _].
      rewrite weighted_zeros_at, maximum_zeros_at, included_all_but, mem_whole in H by lia. cbn [negb] in H.
      rewrite (sum_ext K _ (fun I => if mem I i then a I else 0)) in H.
      - replace (a0 - 1 + sum (fun I => if mem I i then a I else 0) B)
          with (a0 + sum (fun I => if mem I i then a I else 0) B - 1) by ring. exact H.
      - intros I _. rewrite included_all_but by lia. destruct (mem I i); simpl; ring. }
    apply sum_le in V. rewrite sum_add, !sum_const, seq_length, (members_twice d r B a HB) in V. fold (nat_ d) in V.
    replace (- (nat_ d * e)) with (nat_ d * - e) by ring.
    replace (nat_ d * a0 + nat_ r * sum a B - nat_ d) with (nat_ d * (a0 - 1) + nat_ r * sum a B) by ring. exact V.
Qed.

Theorem lower_with d r B a0 a e : blocks d r B -> (1 <= r <= d)%nat ->
  error_at_most K d (weighted B a0 a) e -> error_with d r <= e.
Proof.
  intros HB Hr HE. destruct (bounds_at_vertices d r B a0 a e HB Hr HE) as [H0 [H1 H2]].
  apply (cancel_le (2 * d)); [lia|]. unfold error_with. rewrite nat_sub by lia. apply fle_from_diff.
  replace (nat_ (2 * d) * e - nat_ (2 * d) * (over (2 * d) * (nat_ d - nat_ r)))
    with (nat_ (2 * d) * e - (nat_ (2 * d) * over (2 * d)) * (nat_ d - nat_ r)) by ring.
  rewrite over_spec by lia. rewrite nat_2d.
  replace ((nat_ d + nat_ d) * e - 1 * (nat_ d - nat_ r))
    with ((nat_ d * a0 + nat_ r * sum a B - nat_ d - - (nat_ d * e)) + (nat_ d - nat_ r) * (e - a0)
          + nat_ r * (e - (a0 + sum a B - 1))) by ring.
  replace 0 with (0 + 0 + 0 : K) by ring. apply fle_add2; [apply fle_add2|].
  - apply fle_diff, H2.
  - apply fle_mul; [rewrite <- nat_sub by lia; apply nat_nonneg|apply fle_diff, H0].
  - apply fle_mul; [apply nat_nonneg|apply fle_diff, H1].
Qed.
Theorem lower_without d r B a e : blocks d r B -> (1 <= r <= d)%nat ->
  error_at_most K d (weighted B 0 a) e -> error_without d r <= e.
Proof.
  intros HB Hr HE. destruct (bounds_at_vertices d r B 0 a e HB Hr HE) as [_ [H1 H2]].
  apply (cancel_le (d + r)); [lia|]. unfold error_without. rewrite nat_sub by lia. apply fle_from_diff.
  replace (nat_ (d + r) * e - nat_ (d + r) * (over (d + r) * (nat_ d - nat_ r)))
    with (nat_ (d + r) * e - (nat_ (d + r) * over (d + r)) * (nat_ d - nat_ r)) by ring.
  rewrite over_spec by lia. rewrite nat_add.
  replace ((nat_ d + nat_ r) * e - 1 * (nat_ d - nat_ r))
    with ((nat_ d * 0 + nat_ r * sum a B - nat_ d - - (nat_ d * e)) + nat_ r * (e - (0 + sum a B - 1))) by ring.
  replace 0 with (0 + 0 : K) at 1 by ring. apply fle_add2; [apply fle_diff, H2|].
  apply fle_mul; [apply nat_nonneg|apply fle_diff, H1].
Qed.

(** ** Equalities: regular blocks attain it, and no sets of r inputs do better *)
Theorem regular_blocks_with_constant d r k B : regular d r k B -> (1 <= r <= d)%nat ->
  (exists a0 a, error_at_most K d (weighted B a0 a) (error_with d r)) /\
  (forall B' a0 a e, blocks d r B' -> error_at_most K d (weighted B' a0 a) e -> error_with d r <= e).
Proof.
  intros HB Hr. split; [do 2 eexists; apply (upper_with d r k B HB); lia|].
  intros B' a0 a e HB'. apply lower_with; assumption.
Qed.
Theorem regular_blocks_without_constant d r k B : regular d r k B -> (1 <= r <= d)%nat ->
  (exists a, error_at_most K d (weighted B 0 a) (error_without d r)) /\
  (forall B' a e, blocks d r B' -> error_at_most K d (weighted B' 0 a) e -> error_without d r <= e).
Proof.
  intros HB Hr. split; [eexists; apply (upper_without d r k B HB); lia|].
  intros B' a e HB'. apply lower_without; assumption.
Qed.
End Field.
