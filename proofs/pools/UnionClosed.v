(** * The least error of the maxes over a family of sets that is closed under unions

    Let F be a family of subsets of [d], closed under unions, that contains the empty set and [d],
    and let mu be its Moebius function. No combination

       a_0 + sum over I in F, I neither empty nor [d], of a_I max(x_i : i in I)

    is nearer to max(x_1, ..., x_d) on the cube [0,1]^d than 1 / sum over U in F of |mu(U, [d])|, and
    one is as near: the coefficients are given ([best]). All subsets give 2^-d, equation (6); the
    empty set, [d] and the d sets of d - 1 give 1/(2d), equation (5).

    The proof. (a) On the simplex of all x in a given order everything is linear, so only the
    vertices of the cube count ([bound_from_vertices]). (b) At the vertex with zeros Z, the max over
    I is 1 - [I is in Z]. The union U of all members of F in Z is the largest, and I is in Z if and
    only if it is in U: so Z may be taken from F ([largest]). (c) The errors e(U) satisfy
    sum mu(U) e(U) = 1 ([sum_of_errors]), hence the lower bound, even for families not closed under
    unions; and e = sign(mu) / sum |mu| is attained, by Moebius inversion ([best_at]). *)

From Coq Require Import List Arith ZArith QArith Ring Permutation Lia Bool.
From Maxpooling Require Import OrderedField Network Maximum Approximation OneOrder.
Import ListNotations.
Open Scope list_scope.

(** ** Subsets of [d] as lists of d booleans *)
Notation subset := (list bool).
Definition mem (I : subset) (i : nat) : bool := nth i I false.
Definition included (d : nat) (I U : subset) : bool := forallb (fun i => implb (mem I i) (mem U i)) (seq 0 d).
Definition strictly (d : nat) (I U : subset) : bool := included d I U && negb (included d U I).
Fixpoint union (I U : subset) : subset :=
  match I, U with a :: I', b :: U' => (a || b) :: union I' U' | _, _ => [] end.
Definition none (d : nat) : subset := repeat false d.
Definition whole (d : nat) : subset := repeat true d.
Definition is_whole (I : subset) : bool := forallb (fun b => b) I.
Definition is_empty (I : subset) : bool := forallb negb I.
Definition inner (F : list subset) : list subset := filter (fun I => negb (is_empty I) && negb (is_whole I)) F.

Record family (d : nat) (F : list subset) : Prop := {
  distinct : NoDup F;
  of_length : forall I, In I F -> length I = d;
  has_none : In (none d) F;
  has_whole : In (whole d) F }.
Definition closed_under_unions (F : list subset) : Prop :=
  forall I U, In I F -> In U F -> In (union I U) F.

(** ** The Moebius function: mu([d]) = 1, mu(U) = - sum of mu(W) over the W in F strictly above U *)
Definition zsum {A} (f : A -> Z) (l : list A) : Z := fold_right (fun a s => (f a + s)%Z) 0%Z l.
(** [fuel]: the number of steps up that are looked at; d + 1 are all. *)
Fixpoint moebius_ (d : nat) (F : list subset) (fuel : nat) (U : subset) : Z :=
  match fuel with
  | O => 0
  | S m => if is_whole U then 1 else - zsum (moebius_ d F m) (filter (strictly d U) F)
  end.
Definition moebius (d : nat) (F : list subset) : subset -> Z := moebius_ d F (S d).
Definition total_moebius (d : nat) (F : list subset) : Z := zsum (fun U => Z.abs (moebius d F U)) F.

(** ** The estimator *)
Section Estimator.
Variable K : ofield.
Local Open Scope of_scope.
Definition max_over (x : list K) (I : subset) : K :=
  maximum (map (fun i => nth i x 0) (filter (mem I) (seq 0 (length x)))).
Definition combined (F : list subset) (a0 : K) (a : subset -> K) (x : list K) : K :=
  a0 + sum (fun I => a I * max_over x I) (inner F).
End Estimator.
Arguments max_over {K} x I. Arguments combined {K} F a0 a x.

(** ** Integer sums *)
Section ZSums.
Local Open Scope Z_scope.
Variable A : Type.
Implicit Types (f g : A -> Z) (l : list A).
Lemma zsum_ext f g l : (forall a, In a l -> f a = g a) -> zsum f l = zsum g l.
Proof.
  induction l as [|a l IH]; intros H; simpl; [reflexivity|].
  rewrite (H a) by (left; reflexivity). rewrite IH; [reflexivity|]. intros b Hb. apply H. right. exact Hb.
Qed.
Lemma zsum_add f g l : zsum (fun a => f a + g a) l = zsum f l + zsum g l.
Proof. induction l as [|a l IH]; simpl; [reflexivity|]. rewrite IH. ring. Qed.
Lemma zsum_mul c f l : zsum (fun a => c * f a) l = c * zsum f l.
Proof. induction l as [|a l IH]; simpl; [ring|]. rewrite IH. ring. Qed.
Lemma zsum_0 l : zsum (fun _ : A => 0) l = 0.
Proof. induction l as [|a l IH]; simpl; [reflexivity|]. rewrite IH. reflexivity. Qed.
Lemma zsum_if f (p : A -> bool) l : zsum (fun a => if p a then f a else 0) l = zsum f (filter p l).
Proof. induction l as [|a l IH]; simpl; [reflexivity|]. rewrite IH. destruct (p a); simpl; ring. Qed.
Lemma zsum_swap B (f : A -> B -> Z) la (lb : list B) :
  zsum (fun a => zsum (f a) lb) la = zsum (fun b => zsum (fun a => f a b) la) lb.
Proof.
  induction la as [|a la IH]; simpl.
  - induction lb as [|b lb IHb]; simpl; [reflexivity|]. rewrite <- IHb. reflexivity.
  - rewrite IH. clear IH. induction lb as [|b lb IHb]; simpl; [reflexivity|]. rewrite <- IHb. ring.
Qed.
(** One term taken out. *)
Lemma zsum_one f l a (p : A -> bool) : NoDup l -> In a l -> (forall b, In b l -> (p b = true <-> b = a)) ->
  zsum f (filter p l) = f a.
Proof.
  induction l as [|b l IH]; intros HN Ha Hp; [contradiction|]. inversion HN as [|? ? Hb Hl]. subst. simpl.
  destruct (p b) eqn:E.
  - assert (b = a) by (apply Hp; [left; reflexivity|exact E]). subst b. simpl.
    assert (Z0 : filter p l = []).
    { destruct (filter p l) as [|c r] eqn:Ef; [reflexivity|]. exfalso.
      assert (Hc : In c (filter p l)) by (rewrite Ef; left; reflexivity). apply filter_In in Hc. destruct Hc as [H1 H2].
      assert (c = a) by (apply Hp; [right; exact H1|exact H2]). subst c. contradiction. }
    rewrite Z0. simpl. ring.
  - apply IH; [exact Hl| |intros c Hc; apply Hp; right; exact Hc].
    destruct Ha as [->|Ha]; [|exact Ha]. exfalso.
    assert (p a = true) by (apply Hp; [left; reflexivity|reflexivity]). congruence.
Qed.
End ZSums.
Arguments zsum_ext {A}. Arguments zsum_swap {A B}.

(** ** Inversion over an order of finite height: f(U) = sum of b(I) over the I below or equal to U *)
Section Inversion.
Local Open Scope Z_scope.
Variable A : Type.
Variable lt : A -> A -> bool.   (* [lt U I]: I comes before U *)
Variable rank : A -> nat.
Variable F : list A.
Hypothesis lt_rank : forall U I, In U F -> In I F -> lt U I = true -> (rank I < rank U)%nat.
Variable G : A -> Z.
Fixpoint invert (fuel : nat) (U : A) : Z :=
  match fuel with O => 0 | S m => G U - zsum (invert m) (filter (lt U) F) end.

Lemma invert_stable n m U : In U F -> (rank U < n)%nat -> (rank U < m)%nat -> invert n U = invert m U.
Proof.
  revert m U. induction n as [|n IH]; intros m U HU Hn Hm; [lia|]. destruct m as [|m]; [lia|]. simpl.
  f_equal. apply zsum_ext. intros I HI. apply filter_In in HI. destruct HI as [H1 H2].
  pose proof (lt_rank U I HU H1 H2). apply IH; [exact H1|lia|lia].
Qed.
Lemma invert_spec n U : In U F -> (rank U < n)%nat -> invert n U + zsum (invert n) (filter (lt U) F) = G U.
Proof.
  intros HU Hn. destruct n as [|n]; [lia|]. cbn [invert].
  rewrite (zsum_ext (fun U0 => G U0 - zsum (invert n) (filter (lt U0) F)) (invert n)); [ring|].
  intros I HI. apply filter_In in HI. destruct HI as [H1 H2]. pose proof (lt_rank U I HU H1 H2).
  change (invert (S n) I = invert n I). apply invert_stable; [exact H1|lia|lia].
Qed.
End Inversion.
Arguments invert {A} lt F G fuel U.

(** ** Facts about subsets *)
Section Subsets.
Variable d : nat.

Lemma included_spec I U : included d I U = true <-> forall i, (i < d)%nat -> mem I i = true -> mem U i = true.
Proof.
  unfold included. rewrite forallb_forall. split.
  - intros H i Hi HI. specialize (H i). rewrite HI in H. apply H. apply in_seq. lia.
  - intros H i Hi. apply in_seq in Hi. destruct (mem I i) eqn:E; [|reflexivity]. simpl. apply H; [lia|exact E].
Qed.
Lemma included_refl I : included d I I = true.
Proof. apply included_spec. auto. Qed.
Lemma included_trans I U W : included d I U = true -> included d U W = true -> included d I W = true.
Proof. rewrite !included_spec. auto. Qed.
Lemma mem_ext I U : length I = d -> length U = d -> (forall i, (i < d)%nat -> mem I i = mem U i) -> I = U.
Proof. intros H1 H2 H. apply (nth_ext _ _ false false); [congruence|]. intros i Hi. apply H. lia. Qed.
Lemma included_antisym I U : length I = d -> length U = d ->
  included d I U = true -> included d U I = true -> I = U.
Proof.
  intros H1 H2. rewrite !included_spec. intros A B. apply mem_ext; try assumption. intros i Hi.
  destruct (mem I i) eqn:E1, (mem U i) eqn:E2; try reflexivity.
  - rewrite (A i Hi E1) in E2. discriminate.
  - rewrite (B i Hi E2) in E1. discriminate.
Qed.
Lemma mem_whole i : (i < d)%nat -> mem (whole d) i = true.
Proof.
  unfold mem, whole. revert i. induction d as [|n IH]; intros i Hi; [lia|]. destruct i; simpl; [reflexivity|].
  apply IH. lia.
Qed.
Lemma mem_none i : mem (none d) i = false.
Proof. unfold mem, none. revert i. induction d as [|n IH]; intros [|i]; simpl; auto. Qed.
Lemma included_whole I : included d I (whole d) = true.
Proof. apply included_spec. intros i Hi _. apply mem_whole, Hi. Qed.
Lemma none_included U : included d (none d) U = true.
Proof. apply included_spec. intros i _ H. rewrite mem_none in H. discriminate. Qed.
Lemma is_whole_spec I : length I = d -> (is_whole I = true <-> I = whole d).
Proof.
  unfold is_whole, whole. revert I. clear. induction d as [|n IH]; intros [|b I] H; simpl in *; try discriminate; [tauto|].
  rewrite andb_true_iff, IH by lia. split.
  - intros [-> ->]. reflexivity.
  - intros E. injection E. auto.
Qed.
Lemma is_empty_spec I : length I = d -> (is_empty I = true <-> I = none d).
Proof.
  unfold is_empty, none. revert I. clear. induction d as [|n IH]; intros [|b I] H; simpl in *; try discriminate; [tauto|].
  rewrite andb_true_iff, IH, negb_true_iff by lia. split.
  - intros [-> ->]. reflexivity.
  - intros E. injection E. auto.
Qed.
Lemma whole_length : length (whole d) = d. Proof. apply repeat_length. Qed.
Lemma none_length : length (none d) = d. Proof. apply repeat_length. Qed.
Lemma union_length I U : length I = d -> length U = d -> length (union I U) = d.
Proof.
  revert I U. induction d as [|n IH]; intros [|a I] [|b U] H1 H2; simpl in *; try discriminate; [reflexivity|].
  f_equal. apply IH; lia.
Qed.
Lemma mem_union I U i : length I = d -> length U = d -> mem (union I U) i = mem I i || mem U i.
Proof.
  unfold mem. revert I U i. induction d as [|n IH]; intros [|a I] [|b U] i H1 H2; simpl in *; try discriminate.
  - destruct i; reflexivity.
  - destruct i as [|i]; simpl; [reflexivity|]. apply IH; lia.
Qed.

(** The rank: the number of members. *)
Definition size (I : subset) : nat := length (filter (mem I) (seq 0 d)).
Lemma size_le I : (size I <= d)%nat.
Proof.
  unfold size. rewrite <- (seq_length d 0) at 2. generalize (seq 0 d) as l. intros l.
  induction l as [|i l IH]; simpl; [lia|]. destruct (mem I i); simpl; lia.
Qed.
Lemma size_lt I U : strictly d I U = true -> (size I < size U)%nat.
Proof.
  unfold strictly. rewrite andb_true_iff, negb_true_iff. intros [H1 H2].
  assert (E : exists i, In i (seq 0 d) /\ mem U i = true /\ mem I i = false).
  { unfold included in H2. clear H1. revert H2. generalize (seq 0 d) as l. intros l.
    induction l as [|i l IH]; simpl; intros H2; [discriminate|].
    destruct (mem U i) eqn:E1, (mem I i) eqn:E2; simpl in H2;
      try (destruct (IH H2) as [j [J1 J2]]; exists j; split; [right; exact J1|exact J2]).
    exists i. split; [left; reflexivity|]. split; assumption. }
  destruct E as [i [Hi [E1 E2]]].
  assert (M : forall j, In j (seq 0 d) -> mem I j = true -> mem U j = true).
  { intros j Hj. apply in_seq in Hj. rewrite included_spec in H1. apply H1. lia. }
  unfold size. revert Hi M. generalize (seq 0 d) as l. intros l. induction l as [|j l IH]; intros Hi M; [contradiction|].
  assert (Le : (length (filter (mem I) l) <= length (filter (mem U) l))%nat).
  { assert (M' : forall k, In k l -> mem I k = true -> mem U k = true) by (intros; apply M; [right|]; assumption).
    clear - M'. induction l as [|k l IH]; simpl; [lia|].
    assert (IH' : (length (filter (mem I) l) <= length (filter (mem U) l))%nat).
    { apply IH. intros; apply M'; [right|]; assumption. }
    destruct (mem I k) eqn:E; [rewrite (M' k) by (try left; auto); simpl; lia|].
    destruct (mem U k); simpl; lia. }
  simpl. destruct Hi as [->|Hi].
  - rewrite E1, E2. simpl. lia.
  - assert (Lt : (length (filter (mem I) l) < length (filter (mem U) l))%nat).
    { apply IH; [exact Hi|]. intros; apply M; [right|]; assumption. }
    destruct (mem I j) eqn:E; [rewrite (M j) by (try left; auto); simpl; lia|].
    destruct (mem U j); simpl; lia.
Qed.
Lemma strictly_neq I U : length I = d -> length U = d -> included d I U = true -> strictly d I U = false -> I = U.
Proof.
  unfold strictly. intros H1 H2 H3. rewrite H3. simpl. rewrite negb_false_iff. apply included_antisym; assumption.
Qed.

(** Does I have a member in S? *)
Definition hits (I : subset) (S : list nat) : bool := existsb (mem I) S.
Lemma hits_spec I S : length I = d -> (hits I S = true <-> exists s, In s S /\ (s < d)%nat /\ mem I s = true).
Proof.
  intros HI. unfold hits. rewrite existsb_exists. split.
  - intros [s [H1 H2]]. exists s. repeat split; try assumption.
    destruct (Nat.lt_ge_cases s d) as [L|L]; [exact L|]. unfold mem in H2. rewrite nth_overflow in H2 by lia. discriminate.
  - intros [s [H1 [_ H2]]]. exists s. auto.
Qed.
End Subsets.

(** ** The Moebius function of a family, and inversion *)
Section Family.
Local Open Scope Z_scope.
Variable d : nat.
Variable F : list subset.
Hypothesis HF : family d F.

Lemma zsum_split A (f : A -> Z) (p q r : A -> bool) l :
  (forall a, In a l -> p a = q a || r a /\ q a && r a = false) ->
  zsum f (filter p l) = zsum f (filter q l) + zsum f (filter r l).
Proof.
  induction l as [|a l IH]; intros H; [reflexivity|]. simpl.
  specialize (IH (fun b Hb => H b (or_intror Hb))). destruct (H a (or_introl eq_refl)) as [E1 E2].
  rewrite E1. destruct (q a), (r a); simpl in *; try discriminate; rewrite IH; ring.
Qed.

Lemma above_split (f : subset -> Z) U : In U F ->
  zsum f (filter (included d U) F) = f U + zsum f (filter (strictly d U) F).
Proof.
  intros HU. rewrite (zsum_split _ f _ (fun W => included d U W && included d W U) (strictly d U)).
  - f_equal. apply zsum_one; [apply HF|exact HU|]. intros W HW. rewrite andb_true_iff. split.
    + intros [H1 H2]. symmetry. apply (included_antisym d); try assumption; apply HF; assumption.
    + intros ->. split; apply included_refl.
  - intros W HW. unfold strictly. destruct (included d U W), (included d W U); split; reflexivity.
Qed.
Lemma below_split (f : subset -> Z) U : In U F ->
  zsum f (filter (fun I => included d I U) F) = f U + zsum f (filter (fun I => strictly d I U) F).
Proof.
  intros HU. rewrite (zsum_split _ f _ (fun W => included d W U && included d U W) (fun I => strictly d I U)).
  - f_equal. apply zsum_one; [apply HF|exact HU|]. intros W HW. rewrite andb_true_iff. split.
    + intros [H1 H2]. apply (included_antisym d); try assumption; apply HF; assumption.
    + intros ->. split; apply included_refl.
  - intros W HW. unfold strictly. destruct (included d W U), (included d U W); split; reflexivity.
Qed.

Lemma nothing_above_whole U : In U F -> is_whole U = true -> filter (strictly d U) F = [].
Proof.
  intros HU HW. apply is_whole_spec with (d := d) in HW; [|apply HF, HU]. subst U.
  destruct (filter (strictly d (whole d)) F) as [|W r] eqn:E; [reflexivity|]. exfalso.
  assert (H : In W (filter (strictly d (whole d)) F)) by (rewrite E; left; reflexivity).
  apply filter_In in H. destruct H as [_ H]. unfold strictly in H. rewrite (included_whole d W) in H.
  rewrite andb_comm in H. discriminate.
Qed.

Definition top (U : subset) : Z := if is_whole U then 1 else 0.
Lemma moebius_invert n U : In U F -> moebius_ d F n U = invert (strictly d) F top n U.
Proof.
  revert U. induction n as [|n IH]; intros U HU; [reflexivity|]. cbn [moebius_ invert]. unfold top at 1.
  destruct (is_whole U) eqn:E.
  - rewrite (nothing_above_whole U HU E). reflexivity.
  - rewrite (zsum_ext (moebius_ d F n) (invert (strictly d) F top n)); [ring|].
    intros W HW. apply filter_In in HW. apply IH, HW.
Qed.
(** What defines the Moebius function: over the members from U up, it sums to 0, or 1 if U is [d]. *)
Theorem moebius_spec U : In U F -> zsum (moebius d F) (filter (included d U) F) = top U.
Proof.
  intros HU. rewrite above_split by exact HU. unfold moebius.
  rewrite moebius_invert by exact HU.
  rewrite (zsum_ext (moebius_ d F (S d)) (invert (strictly d) F top (S d))).
  - apply invert_spec with (rank := fun W => (d - size d W)%nat); [|exact HU|lia].
    intros U0 I _ _ H. apply size_lt in H. pose proof (size_le d I). lia.
  - intros W HW. apply filter_In in HW. apply moebius_invert, HW.
Qed.
Lemma moebius_whole : moebius d F (whole d) = 1.
Proof.
  unfold moebius. cbn [moebius_]. replace (is_whole (whole d)) with true; [reflexivity|].
  symmetry. apply (is_whole_spec d); [apply whole_length|reflexivity].
Qed.
Hypothesis Hd : (0 < d)%nat.
Lemma none_not_whole : is_whole (none d) = false.
Proof. destruct d; [lia|reflexivity]. Qed.
Lemma moebius_total : zsum (moebius d F) F = 0.
Proof.
  pose proof (moebius_spec (none d)) as H. unfold top in H. rewrite none_not_whole in H. rewrite <- H.
  - f_equal. clear H. rewrite <- (filter_ext_in (fun _ => true)).
    + clear. induction F as [|U l IH]; simpl; [reflexivity|]. f_equal. exact IH.
    + intros U _. symmetry. apply none_included.
  - apply HF.
Qed.
Lemma total_positive : 0 < total_moebius d F.
Proof.
  unfold total_moebius. pose proof (has_whole d F HF) as H. revert H. generalize F at 1 3 as L.
  assert (N : forall L, 0 <= zsum (fun U => Z.abs (moebius d F U)) L).
  { induction L as [|U L IH]; simpl; lia. }
  induction L as [|U L IH]; intros H; [contradiction|]. simpl. destruct H as [->|H].
  - rewrite moebius_whole. specialize (N L). lia.
  - specialize (IH H). lia.
Qed.

(** The coefficients. *)
Definition goal (U : subset) : Z := total_moebius d F * top U - Z.sgn (moebius d F U).
Definition best (I : subset) : Z := invert (fun U I => strictly d I U) F goal (S d) I.
Theorem best_spec U : In U F -> zsum best (filter (fun I => included d I U) F) = goal U.
Proof.
  intros HU. rewrite below_split by exact HU.
  apply invert_spec with (lt := fun U I => strictly d I U) (rank := size d); [|exact HU|].
  - intros U0 I _ _ H. apply size_lt, H.
  - pose proof (size_le d U). lia.
Qed.

(** [d] itself gets the coefficient 0. *)
Lemma best_whole : best (whole d) = 0.
Proof.
  assert (A : zsum (fun U => moebius d F U * goal U) F = 0).
  { rewrite (zsum_ext _ (fun U => total_moebius d F * (moebius d F U * top U) + -1 * Z.abs (moebius d F U))).
    - rewrite zsum_add, !zsum_mul. fold (total_moebius d F).
      assert (T : zsum (fun U => moebius d F U * top U) F = 1).
      { rewrite (zsum_ext _ (fun U => if is_whole U then moebius d F U else 0)).
        - rewrite zsum_if, (zsum_one _ _ _ (whole d)); [apply moebius_whole|apply HF|apply HF|].
          intros U HU. apply is_whole_spec, HF, HU.
        - intros U _. unfold top. destruct (is_whole U); ring. }
      rewrite T. ring.
    - intros U _. unfold goal. generalize (moebius d F U) (top U). intros m t.
      assert (E : Z.abs m = m * Z.sgn m) by (destruct m; simpl; lia). rewrite E. ring. }
  rewrite <- A.
  rewrite (zsum_ext _ (fun U => zsum (fun I => if included d I U then moebius d F U * best I else 0) F)).
  2: { intros U HU. rewrite <- (best_spec U HU), <- zsum_mul, <- zsum_if. reflexivity. }
  rewrite zsum_swap.
  rewrite (zsum_ext _ (fun I => if is_whole I then best I else 0)).
  - rewrite zsum_if, (zsum_one _ _ _ (whole d)); [reflexivity|apply HF|apply HF|].
    intros U HU. apply is_whole_spec, HF, HU.
  - intros I HI. rewrite (zsum_ext _ (fun U => best I * (if included d I U then moebius d F U else 0))).
    + rewrite zsum_mul, zsum_if, moebius_spec by exact HI. unfold top. destruct (is_whole I); ring.
    + intros U _. destruct (included d I U); ring.
Qed.

(** ** The largest member of F that misses S *)
Definition largest (S : list nat) : subset := fold_right union (none d) (filter (fun I => negb (hits I S)) F).

Lemma largest_in S : closed_under_unions F -> In (largest S) F.
Proof.
  intros HC. unfold largest.
  assert (H : forall I, In I (filter (fun I => negb (hits I S)) F) -> In I F) by (intros I HI; apply filter_In in HI; apply HI).
  revert H. generalize (filter (fun I => negb (hits I S)) F) as L. intros L. induction L as [|I L IH]; intros H; simpl.
  - apply HF.
  - apply HC; [apply H; left; reflexivity|]. apply IH. intros J HJ. apply H. right. exact HJ.
Qed.
Lemma mem_unions L i : (forall I, In I L -> length I = d) ->
  length (fold_right union (none d) L) = d /\
  (mem (fold_right union (none d) L) i = true <-> exists I, In I L /\ mem I i = true).
Proof.
  induction L as [|I L IH]; intros H; simpl.
  - split; [apply none_length|]. rewrite mem_none. split; [discriminate|intros [? [[] _]]].
  - destruct IH as [I1 I2]; [intros J HJ; apply H; right; exact HJ|].
    assert (HI : length I = d) by (apply H; left; reflexivity).
    split; [apply union_length; assumption|]. rewrite (mem_union d) by assumption. rewrite orb_true_iff, I2. split.
    + intros [E|[J [J1 J2]]]; [exists I; auto|exists J; auto].
    + intros [J [[<-|J1] J2]]; [auto|right; exists J; auto].
Qed.
Lemma below_largest I S : In I F -> included d I (largest S) = negb (hits I S).
Proof.
  intros HI.
  assert (HL : forall J, In J (filter (fun I => negb (hits I S)) F) -> length J = d).
  { intros J HJ. apply filter_In in HJ. apply HF, HJ. }
  destruct (hits I S) eqn:E; simpl.
  - apply (hits_spec d I S) in E; [|apply HF, HI]. destruct E as [s [H1 [H2 H3]]].
    destruct (included d I (largest S)) eqn:C; [|reflexivity]. exfalso. rewrite included_spec in C.
    specialize (C s H2 H3). apply (mem_unions _ s HL) in C. destruct C as [J [J1 J2]].
    apply filter_In in J1. destruct J1 as [J0 J1]. apply negb_true_iff in J1.
    assert (hits J S = true) by (apply (hits_spec d); [apply HF, J0|exists s; auto]). congruence.
  - apply included_spec. intros i Hi HIi. apply (mem_unions _ i HL). exists I. split; [|exact HIi].
    apply filter_In. split; [exact HI|]. rewrite E. reflexivity.
Qed.

(** Sums over F: the empty set, the inner members, [d]. *)
Lemma zsum_inner (f : subset -> Z) : zsum f F = f (none d) + zsum f (inner F) + f (whole d).
Proof.
  assert (E : zsum f F = zsum f (filter (fun _ => true) F)).
  { f_equal. clear. induction F as [|U l IH]; simpl; [reflexivity|]. f_equal. exact IH. }
  rewrite E, (zsum_split _ f _ (fun I => is_empty I || negb (is_empty I) && negb (is_whole I)) is_whole).
  - rewrite (zsum_split _ f (fun I => is_empty I || negb (is_empty I) && negb (is_whole I)) is_empty
      (fun I => negb (is_empty I) && negb (is_whole I))).
    + fold (inner F). rewrite (zsum_one _ f F (none d) is_empty), (zsum_one _ f F (whole d) is_whole); try apply HF; [ring| |].
      * intros I HI. apply is_whole_spec, HF, HI.
      * intros I HI. apply is_empty_spec, HF, HI.
    + intros I _. destruct (is_empty I), (is_whole I); split; reflexivity.
  - intros I HI. destruct (is_empty I) eqn:E1, (is_whole I) eqn:E2; split; try reflexivity.
    exfalso. apply (is_empty_spec d) in E1; [|apply HF, HI]. subst I. rewrite none_not_whole in E2. discriminate.
Qed.

(** At the vertex with ones at S, [total_moebius] times the error of the best combination is the sign of mu. *)
Definition hit (I : subset) (S : list nat) : Z := if hits I S then 1 else 0.
Theorem best_at S : closed_under_unions F ->
  (total_moebius d F - zsum best F) + zsum (fun I => best I * hit I S) (inner F) - total_moebius d F * hit (whole d) S
  = Z.sgn (moebius d F (largest S)).
Proof.
  intros HC. pose proof (largest_in S HC) as HL. pose proof (best_spec (largest S) HL) as B.
  rewrite <- zsum_if, zsum_inner in B. pose proof (zsum_inner best) as T. rewrite best_whole in T, B.
  unfold goal in B.
  assert (W : hit (whole d) S = 1 - top (largest S)).
  { unfold hit, top. pose proof (below_largest (whole d) S (has_whole d F HF)) as H.
    destruct (hits (whole d) S) eqn:E1, (is_whole (largest S)) eqn:E2; simpl in H; try reflexivity; exfalso.
    - apply (is_whole_spec d) in E2; [|apply HF, HL]. rewrite E2, included_refl in H. discriminate.
    - assert (largest S = whole d).
      { apply (included_antisym d); [apply HF, HL|apply whole_length|apply included_whole|exact H]. }
      rewrite H0 in E2. rewrite (proj2 (is_whole_spec d (whole d) (whole_length d)) eq_refl) in E2. discriminate. }
  assert (N : (if included d (none d) (largest S) then best (none d) else 0) = best (none d)).
  { rewrite none_included. reflexivity. }
  rewrite N in B.
  assert (V : zsum (fun I => if included d I (largest S) then best I else 0) (inner F)
              + zsum (fun I => best I * hit I S) (inner F) = zsum best (inner F)).
  { rewrite <- zsum_add. apply zsum_ext. intros I HI. apply filter_In in HI. destruct HI as [HI _].
    rewrite below_largest by exact HI. unfold hit. destruct (hits I S); simpl; ring. }
  rewrite T, W.
  assert (Q : forall b : bool, (if b then 0 else 0) = 0) by (intros []; reflexivity). rewrite Q in B. lia.
Qed.
End Family.

(** ** The bounds over an ordered field *)
Section Field.
Variable K : ofield.
Add Ring K_ring : (f_ring K).
Local Open Scope of_scope.

Lemma ofZ_zsum A (f : A -> Z) l : ofZ (zsum f l) = sum (fun a => ofZ (f a)) l :> K.
Proof. induction l as [|a l IH]; simpl; [apply ofZ_0|]. rewrite ofZ_add, IH. reflexivity. Qed.
Lemma ofZ_inv_spec z : (0 < z)%Z -> ofZ z * finv (ofZ z) = 1 :> K.
Proof.
  intros H. replace (ofZ z * finv (ofZ z)) with (finv (ofZ z) * ofZ z : K) by ring. apply finv_l, ofZ_pos_neq_0, H.
Qed.
Lemma ofZ_inv_nonneg z : (0 < z)%Z -> 0 <= (finv (ofZ z) : K).
Proof.
  intros Hz. destruct (fle_total K 0 (finv (ofZ z))) as [H|H]; [exact H|]. exfalso. apply (@f1_neq_0 K).
  apply fle_antisym; [|apply fle_0_1]. rewrite <- (ofZ_inv_spec z Hz).
  replace 0 with (ofZ z * 0 : K) by ring. apply fle_mul_l; [apply ofZ_nonneg; lia|exact H].
Qed.

(** *** Only the vertices of the cube count

    A combination of maxes over sets: its constant, and pairs of a coefficient and a set. *)
Definition value (a0 : K) (L : list (K * subset)) (x : list K) : K :=
  a0 + sum (fun p => fst p * max_over x (snd p)) L.
(** Its value at the vertex with ones at S. *)
Definition value_at (a0 : K) (L : list (K * subset)) (S : list nat) : K :=
  a0 + sum (fun p => fst p * ofZ (hit (snd p) S)) L.

Section Descending.
Variable x : list K.
Let key (i : nat) : K := nth i x 0.
Definition level (ps : list nat) (I : subset) : K := maximum (map key (filter (mem I) ps)).

Lemma level_cons i ps I : descending key (i :: ps) -> level (i :: ps) I = if mem I i then key i else level ps I.
Proof.
  intros [H _]. unfold level. cbn [filter]. destruct (mem I i); [|reflexivity]. cbn [map].
  apply head_maximum. intros b Hb. apply in_map_iff in Hb. destruct Hb as [j [<- Hj]].
  apply filter_In in Hj. apply H, Hj.
Qed.

(** The positions in descending order: those seen, S, are at level t or above; the others at most at t. *)
Lemma bound_in_order a0 L e : (forall S, value_at a0 L S <= e) ->
  forall ps S t, descending key ps -> (forall i, In i ps -> 0 <= key i /\ key i <= t) -> 0 <= t ->
  t * a0 + sum (fun p => fst p * (if hits (snd p) S then t else level ps (snd p))) L <= t * e.
Proof.
  intros HE. induction ps as [|i ps IH]; intros S t HD H0 Ht.
  - rewrite (sum_ext K _ (fun p => t * (fst p * ofZ (hit (snd p) S)))).
    + rewrite sum_mul. replace (t * a0 + t * sum (fun p => fst p * ofZ (hit (snd p) S)) L) with (t * value_at a0 L S)
        by (unfold value_at; ring). apply fle_mul_l; [exact Ht|apply HE].
    + intros p _. unfold hit, level. simpl. destruct (hits (snd p) S); rewrite ?ofZ_1, ?ofZ_0; ring.
  - destruct (H0 i (or_introl eq_refl)) as [K0 K1].
    rewrite (sum_ext K _ (fun p => fst p * (if hits (snd p) (i :: S) then key i else level ps (snd p))
                                  + (t - key i) * (fst p * ofZ (hit (snd p) S)))).
    + rewrite sum_add, sum_mul.
      match goal with |- ?l <= ?r =>
        replace l with ((key i * a0 + sum (fun p => fst p * (if hits (snd p) (i :: S) then key i else level ps (snd p))) L)
                        + (t - key i) * value_at a0 L S) by (unfold value_at; ring) end.
      replace (t * e) with (key i * e + (t - key i) * e) by ring. apply fle_add2.
      * apply IH; [apply HD| |exact K0]. intros j Hj. split; [apply H0; right; exact Hj|]. apply HD, Hj.
      * apply fle_mul_l; [apply fle_diff, K1|apply HE].
    + intros p _. rewrite level_cons by exact HD. unfold hit, hits. cbn [existsb].
      destruct (existsb (mem (snd p)) S); rewrite ?orb_true_r, ?orb_false_r, ?ofZ_1, ?ofZ_0; [ring|].
      destruct (mem (snd p) i); ring.
Qed.
End Descending.

Lemma upper_from_vertices d a0 L e x : in_cube K d x -> (forall S, value_at a0 L S <= e) -> value a0 L x <= e.
Proof.
  intros [Hx H01] HE. destruct (@sorting K _ (fun i => nth i x 0) (seq 0 d)) as [ps [HP HD]].
  assert (H : forall i, In i ps -> 0 <= nth i x 0 /\ nth i x 0 <= 1).
  { intros i Hi. apply H01, nth_In. apply Permutation_in with (l' := seq 0 d) in Hi; [|apply Permutation_sym, HP].
    apply in_seq in Hi. lia. }
  pose proof (bound_in_order x a0 L e HE ps [] 1 HD H (fle_0_1 K)) as B.
  replace (1 * e) with e in B by ring. unfold value.
  replace (a0 + sum (fun p => fst p * max_over x (snd p)) L)
    with (1 * a0 + sum (fun p => fst p * (if hits (snd p) [] then 1 else level x ps (snd p))) L); [exact B|].
  replace (1 * a0) with a0 by ring. f_equal. apply sum_ext. intros p _. f_equal. cbn [hits existsb].
  unfold level, max_over. rewrite Hx. apply maximum_perm, Permutation_map, Permutation_sym.
  clear - HP. induction HP; simpl.
  - constructor.
  - destruct (mem (snd p) x); [constructor|]; assumption.
  - destruct (mem (snd p) x), (mem (snd p) y); try constructor; apply Permutation_refl.
  - eapply perm_trans; eassumption.
Qed.

Theorem bound_from_vertices d a0 L e x : in_cube K d x ->
  (forall S, - e <= value_at a0 L S /\ value_at a0 L S <= e) -> - e <= value a0 L x /\ value a0 L x <= e.
Proof.
  intros Hx HE. split; [|apply (upper_from_vertices d); [exact Hx|intros S; apply HE]].
  set (L' := map (fun p => (- fst p, snd p)) L : list (K * subset)).
  assert (N : forall f : subset -> K, sum (fun p => fst p * f (snd p)) L' = - sum (fun p => fst p * f (snd p)) L).
  { intros f. unfold L'. rewrite sum_map. cbn [fst snd]. rewrite (sum_ext K _ (fun p => - (1) * (fst p * f (snd p)))) by (intros; ring).
    rewrite sum_mul. ring. }
  assert (B : value (- a0) L' x <= e).
  { apply (upper_from_vertices d); [exact Hx|]. intros S. unfold value_at. rewrite (N (fun I => ofZ (hit I S))).
    destruct (HE S) as [H _]. apply fle_opp in H. unfold value_at in H.
    replace (- a0 + - sum (fun p => fst p * ofZ (hit (snd p) S)) L)
      with (- (a0 + sum (fun p => fst p * ofZ (hit (snd p) S)) L)) by ring.
    replace e with (- - e) by ring. exact H. }
  unfold value in *. rewrite (N (max_over x)) in B. apply fle_opp in B.
  replace (a0 + sum (fun p => fst p * max_over x (snd p)) L)
    with (- (- a0 + - sum (fun p => fst p * max_over x (snd p)) L)) by ring. exact B.
Qed.

(** *** The vertices *)
Variable d : nat.
Lemma maximum_whole (x : list K) : length x = d -> maximum x = max_over x (whole d).
Proof.
  intros Hx. unfold max_over. rewrite Hx. f_equal. rewrite <- (nth_seq K x) at 1. rewrite Hx. f_equal.
  rewrite <- (filter_ext_in (fun _ => true)).
  - generalize (seq 0 d) as l. intros l. induction l as [|i l IH]; simpl; [reflexivity|]. f_equal. exact IH.
  - intros i Hi. apply in_seq in Hi. symmetry. apply mem_whole. lia.
Qed.

(** The vertex with zeros at U. *)
Definition zeros_at (U : subset) : list K := map (fun i => if negb (mem U i) then 1 else 0) (seq 0 d).
Lemma zeros_at_cube U : in_cube K d (zeros_at U).
Proof.
  split; [unfold zeros_at; rewrite map_length, seq_length; reflexivity|]. intros a Ha. apply in_map_iff in Ha.
  destruct Ha as [i [<- _]]. destruct (negb (mem U i)); split; try apply fle_refl; apply fle_0_1.
Qed.
Lemma max_over_zeros_at U I : max_over (zeros_at U) I = if included d I U then 0 else 1.
Proof.
  unfold max_over. rewrite (proj1 (zeros_at_cube U)).
  rewrite (map_ext_in _ (fun i => if negb (mem U i) then 1 else 0)).
  - rewrite zero_one_maximum. destruct (included d I U) eqn:E.
    + destruct (existsb _ _) eqn:X; [|reflexivity]. apply existsb_exists in X. destruct X as [i [H1 H2]].
      apply filter_In in H1. destruct H1 as [H0 H1]. apply in_seq in H0. rewrite included_spec in E.
      rewrite E in H2; [discriminate|lia|exact H1].
    + destruct (existsb _ _) eqn:X; [reflexivity|]. exfalso.
      assert (T : included d I U = true); [|congruence]. apply included_spec. intros i Hi HI.
      destruct (mem U i) eqn:Ei; [reflexivity|]. assert (Y : existsb (fun i => negb (mem U i)) (filter (mem I) (seq 0 d)) = true).
      { apply existsb_exists. exists i. rewrite Ei. split; [|reflexivity]. apply filter_In. split; [apply in_seq; lia|exact HI]. }
      congruence.
  - intros i Hi. apply filter_In in Hi. destruct Hi as [Hi _]. apply in_seq in Hi. unfold zeros_at.
    rewrite (nth_indep _ 0 ((fun i => if negb (mem U i) then 1 else 0) O)) by (rewrite map_length, seq_length; lia).
    rewrite (map_nth (fun i => if negb (mem U i) then 1 else 0)). rewrite seq_nth by lia. reflexivity.
Qed.

(** *** The theorem *)
Variable F : list subset.
Hypothesis HF : family d F.
Hypothesis Hd : (0 < d)%nat.
Definition least_error : K := finv (ofZ (total_moebius d F)).
Definition best0 : K := ofZ (total_moebius d F - zsum (best d F) F) * least_error.
Definition best_of (I : subset) : K := ofZ (best d F I) * least_error.

Theorem upper_union_closed : closed_under_unions F ->
  error_at_most K d (combined F best0 best_of) least_error.
Proof.
  intros HC x Hx.
  set (L := (- (1), whole d) :: map (fun I => (best_of I, I)) (inner F) : list (K * subset)).
  assert (E : combined F best0 best_of x - maximum x = value best0 L x).
  { unfold value, combined, L. cbn [sum fst snd]. rewrite sum_map. cbn [fst snd].
    rewrite (maximum_whole x) by apply Hx. ring. }
  rewrite E. apply (bound_from_vertices d); [exact Hx|]. intros S.
  pose proof (best_at d F HF Hd S HC) as A. apply (f_equal (@ofZ K)) in A.
  rewrite ofZ_sub, ofZ_add, ofZ_zsum, ofZ_mul in A. 
  set (m := Z.sgn (moebius d F (largest d F S))) in *.
  assert (V : value_at best0 L S = ofZ m * least_error).
  { rewrite <- A. unfold value_at, L, best0. cbn [sum fst snd]. rewrite sum_map. cbn [fst snd].
    rewrite (sum_ext K (fun I => best_of I * ofZ (hit I S)) (fun I => least_error * ofZ (best d F I * hit I S))).
    - rewrite sum_mul.
      replace (- (1) * ofZ (hit (whole d) S))
        with (- (ofZ (total_moebius d F) * least_error) * ofZ (hit (whole d) S)).
      + rewrite ofZ_sub, ofZ_zsum. ring.
      + unfold least_error. rewrite ofZ_inv_spec by (apply total_positive; assumption). ring.
    - intros I _. unfold best_of. rewrite ofZ_mul. ring. }
  rewrite V. assert (P : 0 <= least_error) by (apply ofZ_inv_nonneg, total_positive; assumption).
  assert (M : (-1 <= m <= 1)%Z) by (unfold m; destruct (moebius d F (largest d F S)); simpl; lia).
  split; apply fle_from_diff.
  - replace (ofZ m * least_error - - least_error) with (ofZ (m + 1) * least_error) by (rewrite ofZ_add, ofZ_1; ring).
    apply fle_mul; [apply ofZ_nonneg; lia|exact P].
  - replace (least_error - ofZ m * least_error) with (ofZ (1 - m) * least_error) by (rewrite ofZ_sub, ofZ_1; ring).
    apply fle_mul; [apply ofZ_nonneg; lia|exact P].
Qed.

(** Weighted by mu, the errors at the vertices with zeros in F sum to 1, whatever the coefficients. *)
Theorem sum_of_errors (a0 : K) a :
  sum (fun U => ofZ (moebius d F U) * (combined F a0 a (zeros_at U) - maximum (zeros_at U))) F = 1.
Proof.
  set (mu := moebius d F).
  assert (T : sum (fun U => ofZ (mu U)) F = 0 :> K).
  { rewrite <- ofZ_zsum. unfold mu. rewrite moebius_total by assumption. apply ofZ_0. }
  assert (C : forall I, In I F -> sum (fun U => ofZ (mu U) * (if included d I U then 0 else 1)) F = - ofZ (top I) :> K).
  { intros I HI. rewrite <- (moebius_spec d F HF I HI), ofZ_zsum, <- sum_if. fold mu.
    transitivity (sum (fun U => ofZ (mu U)) F + - (1) * sum (fun U => if included d I U then ofZ (mu U) else 0) F : K).
    - rewrite <- sum_mul, <- sum_add. apply sum_ext. intros U _. destruct (included d I U); ring.
    - rewrite T. ring. }
  rewrite (sum_ext K _ (fun U => a0 * ofZ (mu U)
      + sum (fun I => a I * (ofZ (mu U) * (if included d I U then 0 else 1))) (inner F)
      + - (1) * (ofZ (mu U) * (if included d (whole d) U then 0 else 1)))).
  - rewrite !sum_add, !sum_mul, T, (C (whole d)) by apply HF.
    assert (W : top (whole d) = 1%Z).
    { unfold top. rewrite (proj2 (is_whole_spec d (whole d) (whole_length d)) eq_refl). reflexivity. }
    rewrite W, ofZ_1.
    assert (S0 : sum (fun U => sum (fun I => a I * (ofZ (mu U) * (if included d I U then 0 else 1))) (inner F)) F = 0).
    { assert (Sw : forall (f : subset -> subset -> K) la lb,
        sum (fun u => sum (f u) lb) la = sum (fun b => sum (fun u => f u b) la) lb).
      { intros f la lb. induction la as [|u la IH]; simpl; [symmetry; apply sum_0|]. rewrite IH, <- sum_add. reflexivity. }
      rewrite Sw. rewrite (sum_ext K _ (fun _ => 0)); [apply sum_0|]. intros I HI. rewrite sum_mul.
      apply filter_In in HI. destruct HI as [HI H2]. rewrite (C I HI). apply andb_true_iff in H2.
      destruct H2 as [_ H2]. apply negb_true_iff in H2. unfold top. rewrite H2, ofZ_0. ring. }
    rewrite S0. ring.
  - intros U _. unfold combined. rewrite (maximum_whole (zeros_at U)) by apply zeros_at_cube.
    rewrite max_over_zeros_at.
    rewrite (sum_ext K (fun I => a I * max_over (zeros_at U) I) (fun I => a I * (if included d I U then 0 else 1))).
    + rewrite (sum_ext K (fun I => a I * (ofZ (mu U) * (if included d I U then 0 else 1)))
        (fun I => ofZ (mu U) * (a I * (if included d I U then 0 else 1)))) by (intros; ring).
      rewrite sum_mul. fold mu. ring.
    + intros I _. rewrite max_over_zeros_at. reflexivity.
Qed.

Theorem lower_union_closed (a0 : K) a e : error_at_most K d (combined F a0 a) e -> least_error <= e.
Proof.
  intros HE.
  assert (B : 1 <= ofZ (total_moebius d F) * e).
  { rewrite <- (sum_of_errors a0 a). unfold total_moebius. rewrite ofZ_zsum.
    assert (G : forall L, sum (fun U => ofZ (moebius d F U) * (combined F a0 a (zeros_at U) - maximum (zeros_at U))) L
                          <= sum (fun U => ofZ (Z.abs (moebius d F U))) L * e); [|apply G].
    induction L as [|U L IH]; cbn [sum].
    - replace (0 * e) with (0 : K) by ring. apply fle_refl.
    - match goal with |- _ <= (?p + ?q) * e => replace ((p + q) * e) with (p * e + q * e) by ring end.
      apply fle_add2; [|exact IH]. destruct (HE _ (zeros_at_cube U)) as [E1 E2].
      set (v := combined F a0 a (zeros_at U) - maximum (zeros_at U)) in *. set (m := moebius d F U).
      destruct (Z.le_ge_cases 0 m) as [Hm|Hm].
      + rewrite Z.abs_eq by exact Hm. apply fle_mul_l; [apply ofZ_nonneg, Hm|exact E2].
      + rewrite Z.abs_neq by exact Hm. rewrite ofZ_opp. replace (ofZ m * v) with (- ofZ m * - v) by ring.
        apply fle_mul_l; [apply fle_0_opp, ofZ_nonpos, Hm|]. replace e with (- - e) by ring. apply fle_opp, E1. }
  assert (P : 0 <= least_error) by (apply ofZ_inv_nonneg, total_positive; assumption).
  replace least_error with (least_error * 1) by ring.
  replace e with (least_error * (ofZ (total_moebius d F) * e)).
  - apply fle_mul_l; assumption.
  - transitivity ((ofZ (total_moebius d F) * least_error) * e); [ring|]. unfold least_error.
    rewrite ofZ_inv_spec by (apply total_positive; assumption). ring.
Qed.

(** 1 / sum |mu| is the least error. *)
Theorem union_closed : closed_under_unions F ->
  (exists a0 a, error_at_most K d (combined F a0 a) least_error) /\
  (forall a0 a e, error_at_most K d (combined F a0 a) e -> least_error <= e).
Proof.
  intros HC. split; [exists best0, best_of; apply upper_union_closed, HC|]. intros a0 a e. apply lower_union_closed.
Qed.
End Field.
