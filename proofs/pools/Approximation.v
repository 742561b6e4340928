(** * Theorem 2, equation (6), as an equality: all subpools but the whole one leave the error 2^-d *)

From Coq Require Import List Arith ZArith QArith Ring Permutation Lia Bool.
From Maxpooling Require Import OrderedField Network Maximum.
Import ListNotations.
Open Scope list_scope.

(** All subsets of a list, as lists. *)
Fixpoint sublists {A} (l : list A) : list (list A) :=
  match l with [] => [[]] | a :: r => sublists r ++ map (cons a) (sublists r) end.

Lemma sublists_incl A (l : list A) I : In I (sublists l) -> incl I l.
Proof.
  revert I. induction l as [|a l IH]; intros I H; simpl in H.
  - destruct H as [<-|[]]. intros x [].
  - apply in_app_or in H. destruct H as [H|H].
    + intros x Hx. right. apply (IH I H x Hx).
    + apply in_map_iff in H. destruct H as [J [<- H]]. intros x [<-|Hx]; [left; reflexivity|].
      right. apply (IH J H x Hx).
Qed.
Lemma sublists_length A (l : list A) I : In I (sublists l) -> (length I <= length l)%nat.
Proof.
  revert I. induction l as [|a l IH]; intros I H; simpl in H.
  - destruct H as [<-|[]]. reflexivity.
  - apply in_app_or in H. destruct H as [H|H].
    + apply IH in H. simpl. lia.
    + apply in_map_iff in H. destruct H as [J [<- H]]. apply IH in H. simpl. lia.
Qed.
Lemma sublists_map A B (h : A -> B) l : sublists (map h l) = map (map h) (sublists l).
Proof.
  induction l as [|a l IH]; simpl; [reflexivity|]. rewrite IH, map_app, !map_map. reflexivity.
Qed.
Definition proper {A} (l : list A) : list (list A) :=
  filter (fun I => (length I <? length l)%nat) (sublists l).

Section Field.
Variable K : ofield.
Add Ring K_ring : (f_ring K).
Local Open Scope of_scope.

(** ** The estimators

    [pool x I] is the max of the inputs in I, and 1 for the empty I: the constant. An estimator has
    a coefficient for every subset of the inputs but the whole one. *)
Definition pool (x : list K) (I : list nat) : K :=
  match I with [] => 1 | _ => maximum (map (fun i => nth i x 0) I) end.
Definition estimate (d : nat) (beta : list nat -> K) (x : list K) : K :=
  sum (fun I => beta I * pool x I) (proper (seq 0 d)).

Definition in_cube (d : nat) (x : list K) : Prop := length x = d /\ forall a, In a x -> 0 <= a /\ a <= 1.
Definition error_at_most (d : nat) (g : list K -> K) (eps : K) : Prop :=
  forall x, in_cube d x -> - eps <= g x - maximum x /\ g x - maximum x <= eps.

(** The coefficients of the book: 2^-d for the constant, (-1)^(d-1-r) 2^(r-d) for each of r inputs. *)
Definition power (b : Z) (k : nat) : Z := (b ^ Z.of_nat k)%Z.
Definition half_to (d : nat) : K := finv (ofZ (power 2 d)).
Definition coefficients (d : nat) (I : list nat) : K :=
  match I with
  | [] => half_to d
  | _ => ofZ (power (-1) (d - 1 - length I) * power 2 (length I)) * half_to d
  end.

Lemma power_S b k : power b (S k) = (b * power b k)%Z.
Proof. unfold power. rewrite Nat2Z.inj_succ, Z.pow_succ_r by lia. reflexivity. Qed.
Lemma power_pos k : (0 < power 2 k)%Z.
Proof. unfold power. apply Z.pow_pos_nonneg; lia. Qed.
Lemma sign_square k : (power (-1) k * power (-1) k = 1)%Z.
Proof. induction k as [|k IH]; [reflexivity|]. rewrite power_S. lia. Qed.
Lemma power_split k : power (-2) k = (power (-1) k * power 2 k)%Z.
Proof. induction k as [|k IH]; [reflexivity|]. rewrite !power_S, IH. ring. Qed.
Lemma sign_add i k : power (-1) (i + k) = (power (-1) i * power (-1) k)%Z.
Proof. unfold power. rewrite Nat2Z.inj_add, Z.pow_add_r by lia. reflexivity. Qed.
Lemma weight_sign d k : (k < d)%nat ->
  (power (-1) (d - 1 - k) * power 2 k = - (power (-1) d * power (-2) k))%Z.
Proof.
  intros H. rewrite power_split. replace d with ((d - 1 - k) + S k)%nat at 2 by lia.
  rewrite sign_add, power_S. pose proof (sign_square k) as E.
  set (p := power (-1) (d - 1 - k)) in *. set (s := power (-1) k) in *. set (t := power 2 k).
  replace (- (p * (-1 * s) * (s * t)))%Z with (p * t * (s * s))%Z by ring. rewrite E. ring.
Qed.
Lemma half_to_spec d : ofZ (power 2 d) * half_to d = 1.
Proof.
  unfold half_to. replace (ofZ (power 2 d) * finv (ofZ (power 2 d))) with (finv (ofZ (power 2 d)) * ofZ (power 2 d) : K) by ring.
  apply finv_l, ofZ_pos_neq_0, power_pos.
Qed.

(** ** Sums over subsets *)
Lemma sum_proper A (g : list A -> K) l : sum g (sublists l) = sum g (proper l) + g l.
Proof.
  unfold proper. revert g. induction l as [|a l IH]; intros g; [simpl; ring|].
  cbn [sublists length]. rewrite sum_app, sum_map, filter_app, sum_app.
  assert (E1 : filter (fun I => (length I <? S (length l))%nat) (sublists l) = sublists l).
  { assert (H : forall I, In I (sublists l) -> (length I <? S (length l))%nat = true).
    { intros I HI. apply sublists_length in HI. apply Nat.ltb_lt. lia. }
    revert H. generalize (sublists l) as L. intros L. induction L as [|I L IHL]; intros H; simpl; [reflexivity|].
    rewrite (H I) by (left; reflexivity). f_equal. apply IHL. intros J HJ. apply H. right. exact HJ. }
  assert (E2 : filter (fun I => (length I <? S (length l))%nat) (map (cons a) (sublists l)) =
               map (cons a) (filter (fun I => (length I <? length l)%nat) (sublists l))).
  { generalize (sublists l) as L. intros L. induction L as [|I L IHL]; simpl; [reflexivity|].
    rewrite IHL. change (S (length I) <? S (length l))%nat with (length I <? length l)%nat.
    destruct (length I <? length l)%nat; reflexivity. }
  rewrite E1, E2, sum_map. rewrite (IH (fun I => g (a :: I))). ring.
Qed.

Lemma sum_sublists_perm A l l' : Permutation l l' -> forall g : list A -> K,
  (forall I J, Permutation I J -> g I = g J) -> sum g (sublists l) = sum g (sublists l').
Proof.
  induction 1 as [|a l l' Hp IH|a b l|l1 l2 l3 H12 IH12 H23 IH23]; intros g Hg.
  - reflexivity.
  - simpl. rewrite !sum_app, !sum_map. rewrite (IH g Hg). f_equal. apply (IH (fun I => g (a :: I))).
    intros I J HIJ. apply Hg. constructor. exact HIJ.
  - simpl. rewrite ?map_app, !sum_app, !sum_map.
    rewrite (sum_ext K (fun I => g (b :: a :: I)) (fun I => g (a :: b :: I)) (sublists l)).
    + ring.
    + intros I _. apply Hg. constructor.
  - rewrite (IH12 g Hg). apply IH23, Hg.
Qed.

Lemma maximum_perm (x y : list K) : Permutation x y -> maximum x = maximum y.
Proof.
  intros H. destruct x as [|a x].
  - apply Permutation_nil in H. subst. reflexivity.
  - apply (is_max_unique K) with (a :: x); [apply maximum_is_max; discriminate|].
    assert (Hy : y <> []) by (intros ->; apply Permutation_sym, Permutation_nil in H; discriminate).
    destruct (maximum_is_max K y Hy) as [H1 H2]. split.
    + apply Permutation_in with y; [apply Permutation_sym, H|exact H1].
    + intros b Hb. apply H2. apply Permutation_in with (a :: x); assumption.
Qed.

Definition signed (l : list K) : K := sum (fun I => ofZ (power (-2) (length I)) * maximum I) (sublists l).

Lemma signed_perm l l' : Permutation l l' -> signed l = signed l'.
Proof.
  intros H. apply sum_sublists_perm; [exact H|]. intros I J HIJ.
  rewrite (Permutation_length HIJ), (maximum_perm I J HIJ). reflexivity.
Qed.

Lemma sum_signs A (l : list A) : sum (fun I => ofZ (power (-2) (length I))) (sublists l) = ofZ (power (-1) (length l)) :> K.
Proof.
  induction l as [|a l IH]; [cbn [sublists sum length]; unfold power; simpl Z.pow; ring|].
  cbn [sublists length]. rewrite sum_app, sum_map, IH.
  rewrite (sum_ext K _ (fun I => ofZ (-2) * ofZ (power (-2) (length I)))).
  - rewrite sum_mul, IH, <- ofZ_mul, <- ofZ_add. f_equal. rewrite power_S. ring.
  - intros I _. cbn [length]. rewrite power_S, ofZ_mul. reflexivity.
Qed.

(** On descending inputs the signed sum is an alternating one: twice x_1 - x_2 + x_3 - ... *)
Fixpoint alternating (l : list K) : K := match l with [] => 0 | a :: r => a - alternating r end.

Lemma signed_descending l : descending (fun a => a) l ->
  signed l = ofZ (2 * power (-1) (length l)) * alternating l.
Proof.
  induction l as [|a l IH]; intros H.
  - unfold signed. simpl. ring.
  - destruct H as [Ha Hl]. specialize (IH Hl). unfold signed in *. cbn [sublists].
    rewrite sum_app, sum_map, IH.
    rewrite (sum_ext K _ (fun I => (ofZ (-2) * a) * ofZ (power (-2) (length I)))).
    + rewrite sum_mul, sum_signs. cbn [length alternating]. rewrite power_S, !ofZ_mul.
      change (-2)%Z with (- (2))%Z. change (-1)%Z with (- (1))%Z at 3. rewrite !ofZ_opp, ofZ_1. ring.
    + intros I HI. apply sublists_incl in HI.
      assert (M : maximum (a :: I) = a).
      { apply (is_max_unique K) with (a :: I); [apply maximum_is_max; discriminate|].
        split; [left; reflexivity|]. intros b [<-|Hb]; [apply fle_refl|]. apply (Ha b), HI, Hb. }
      rewrite M. cbn [length]. rewrite power_S, ofZ_mul. ring.
Qed.

Lemma alternating_bounds l : descending (fun a => a) l -> (forall a, In a l -> 0 <= a) ->
  0 <= alternating l /\ match l with [] => True | a :: _ => alternating l <= a end.
Proof.
  induction l as [|a l IH]; intros H H0; simpl; [split; [apply fle_refl|exact Logic.I]|].
  destruct H as [Ha Hl]. destruct (IH Hl) as [I1 I2]; [intros b Hb; apply H0; right; exact Hb|].
  split.
  - destruct l as [|b l].
    + simpl. replace (a - 0) with a by ring. apply H0. left. reflexivity.
    + apply fle_diff. apply fle_trans with b; [exact I2|]. apply Ha. left. reflexivity.
  - apply fle_from_diff. replace (a - (a - alternating l)) with (alternating l) by ring. exact I1.
Qed.

(** ** The estimator of the book *)
Lemma nth_seq (x : list K) : map (fun i => nth i x 0) (seq 0 (length x)) = x.
Proof.
  apply (nth_ext _ _ 0 0).
  - rewrite map_length, seq_length. reflexivity.
  - intros i Hi. rewrite map_length, seq_length in Hi.
    rewrite (nth_indep _ 0 ((fun i => nth i x 0) O)) by (rewrite map_length, seq_length; exact Hi).
    rewrite (map_nth (fun i => nth i x 0)). rewrite seq_nth by exact Hi. reflexivity.
Qed.

(** Equation (14) of the book, before sorting: the error is 2^-d (1 - (-1)^d signed x). *)
Lemma error_signed d x : (0 < d)%nat -> length x = d ->
  estimate d (coefficients d) x - maximum x = half_to d * (1 - ofZ (power (-1) d) * signed x).
Proof.
  intros Hd Hx.
  set (h := half_to d).
  set (g := fun I : list nat => ofZ (power (-2) (length I)) * maximum (map (fun i => nth i x 0) I) : K).
  assert (Sg : signed x = sum g (sublists (seq 0 d))).
  { unfold signed. rewrite <- (nth_seq x) at 1. rewrite sublists_map, sum_map, Hx. apply sum_ext.
    intros I _. rewrite map_length. reflexivity. }
  rewrite sum_proper in Sg.
  assert (Gd : g (seq 0 d) = ofZ (power (-2) d) * maximum x).
  { unfold g. rewrite seq_length. rewrite <- Hx at 2. rewrite nth_seq. reflexivity. }
  assert (E : estimate d (coefficients d) x = h * (1 - ofZ (power (-1) d) * sum g (proper (seq 0 d)))).
  { assert (F : forall L, (forall I, In I L -> (length I < d)%nat) ->
      sum (fun I => coefficients d I * pool x I) L =
      sum (fun I => match I with [] => h | _ => 0 end - h * ofZ (power (-1) d) * g I) L).
    { intros L HL. apply sum_ext. intros I HI. apply HL in HI. destruct I as [|i I].
      - unfold coefficients, pool, g. cbn [map maximum length]. fold h. ring.
      - unfold coefficients, pool. rewrite weight_sign by exact HI. fold h. unfold g.
        rewrite ofZ_opp, ofZ_mul. ring. }
    unfold estimate. rewrite F.
    - rewrite (sum_ext K _ (fun I => (match I with [] => h | _ => 0 end) + (- (h * ofZ (power (-1) d))) * g I)) by (intros; ring).
      rewrite sum_add, sum_mul.
      assert (C : sum (fun I : list nat => match I with [] => h | _ => 0 end) (proper (seq 0 d)) = h).
      { pose proof (sum_proper nat (fun I : list nat => match I with [] => h | _ => 0 end) (seq 0 d)) as P.
        assert (Q : sum (fun I : list nat => match I with [] => h | _ => 0 end) (sublists (seq 0 d)) = h).
        { generalize (seq 0 d) as l. intros l. induction l as [|i l IH]; [simpl; ring|]. cbn [sublists].
          rewrite sum_app, sum_map, IH, sum_0. ring. }
        assert (Z0 : match seq 0 d with [] => h | _ => 0 end = 0) by (destruct d; [lia|reflexivity]).
        rewrite Q, Z0 in P. symmetry. etransitivity; [exact P|].
        match goal with |- ?a + 0 = ?b => change b with a; generalize a end. intros. ring. }
      rewrite C. ring.
    - intros I HI. unfold proper in HI. apply filter_In in HI. destruct HI as [_ HI].
      apply Nat.ltb_lt in HI. rewrite seq_length in HI. exact HI. }
  rewrite E, Sg, Gd.
  assert (P2 : ofZ (power (-1) d) * ofZ (power (-2) d) = ofZ (power 2 d) :> K).
  { rewrite <- ofZ_mul, power_split, Z.mul_assoc, sign_square. f_equal. lia. }
  replace (h * (1 - ofZ (power (-1) d) * (sum g (proper (seq 0 d)) + ofZ (power (-2) d) * maximum x)))
    with (h * (1 - ofZ (power (-1) d) * sum g (proper (seq 0 d)))
          - h * (ofZ (power (-1) d) * ofZ (power (-2) d)) * maximum x) by ring.
  rewrite P2. replace (h * ofZ (power 2 d)) with (ofZ (power 2 d) * h) by ring.
  unfold h at 3. rewrite half_to_spec. ring.
Qed.

Lemma ofZ_2 : ofZ 2 = 1 + 1 :> K.
Proof. change 2%Z with (1 + 1)%Z. rewrite ofZ_add, ofZ_1. reflexivity. Qed.

(** Equation (14): with the inputs in descending order, y, the error is 2^-d (1 - 2 (y_1 - y_2 + ...)). *)
Theorem equation_14 d x y : (0 < d)%nat -> length x = d -> Permutation x y -> descending (fun a => a) y ->
  estimate d (coefficients d) x - maximum x = half_to d * (1 - (1 + 1) * alternating y).
Proof.
  intros Hd Hx HP HD. rewrite error_signed by assumption. rewrite (signed_perm _ _ HP).
  rewrite signed_descending by exact HD. rewrite <- (Permutation_length HP), Hx. f_equal. f_equal.
  rewrite ofZ_mul, ofZ_2.
  replace (ofZ (power (-1) d) * ((1 + 1) * ofZ (power (-1) d) * alternating y))
    with ((ofZ (power (-1) d) * ofZ (power (-1) d)) * ((1 + 1) * alternating y)) by ring.
  rewrite <- ofZ_mul, sign_square, ofZ_1. ring.
Qed.

Lemma half_to_nonneg d : 0 <= half_to d.
Proof.
  destruct (fle_total K 0 (half_to d)) as [H|H]; [exact H|]. exfalso. apply (@f1_neq_0 K).
  apply fle_antisym; [|apply fle_0_1]. rewrite <- (half_to_spec d).
  replace 0 with (ofZ (power 2 d) * 0 : K) by ring. apply fle_mul_l; [|exact H].
  apply ofZ_nonneg. pose proof (power_pos d). lia.
Qed.

Theorem upper_bound d : (0 < d)%nat -> error_at_most d (estimate d (coefficients d)) (half_to d).
Proof.
  intros Hd x [Hx H01]. destruct (@sorting K _ (fun a : K => a) x) as [y [HP HD]].
  rewrite (equation_14 d x y Hd Hx HP HD).
  assert (Hy : forall a, In a y -> 0 <= a /\ a <= 1).
  { intros a Ha. apply H01. apply Permutation_in with y; [apply Permutation_sym, HP|exact Ha]. }
  destruct (alternating_bounds y HD) as [B1 B2]; [intros a Ha; apply Hy, Ha|].
  assert (B3 : alternating y <= 1).
  { destruct y as [|a y]; [apply fle_0_1|]. apply fle_trans with a; [exact B2|]. apply Hy. left. reflexivity. }
  assert (H2 : 0 <= (1 + 1 : K)).
  { replace 0 with (0 + 0 : K) by ring. apply fle_add2; apply fle_0_1. }
  split.
  - replace (- half_to d) with (half_to d * - (1)) by ring. apply fle_mul_l; [apply half_to_nonneg|].
    apply fle_from_diff. replace (1 - (1 + 1) * alternating y - - (1)) with ((1 + 1) * (1 - alternating y)) by ring.
    apply fle_mul; [exact H2|apply fle_diff, B3].
  - replace (half_to d) with (half_to d * 1) at 2 by ring. apply fle_mul_l; [apply half_to_nonneg|].
    apply fle_from_diff. replace (1 - (1 - (1 + 1) * alternating y)) with ((1 + 1) * alternating y) by ring.
    apply fle_mul; assumption.
Qed.

(** ** Nothing built from functions that each ignore an input does better *)
Fixpoint altsum (n : nat) (g : list K -> K) : K :=
  match n with
  | O => g []
  | S n' => altsum n' (fun v => g (0 :: v)) - altsum n' (fun v => g (1 :: v))
  end.
Definition vertex (n : nat) (v : list K) : Prop := length v = n /\ forall a, In a v -> a = 0 \/ a = 1.
Definition ignores (j : nat) (g : list K -> K) : Prop :=
  forall v w a b, length v = j -> g (v ++ a :: w) = g (v ++ b :: w).

Lemma vertex_cons n a v : a = 0 \/ a = 1 -> vertex n v -> vertex (S n) (a :: v).
Proof.
  intros Ha [H1 H2]. split; [simpl; rewrite H1; reflexivity|]. intros b [<-|Hb]; [exact Ha|apply H2, Hb].
Qed.

Lemma altsum_ext n g g' : (forall v, vertex n v -> g v = g' v) -> altsum n g = altsum n g'.
Proof.
  revert g g'. induction n as [|n IH]; intros g g' H; simpl.
  - apply H. split; [reflexivity|intros ? []].
  - f_equal; apply IH; intros v Hv; apply H, vertex_cons; auto.
Qed.
Lemma altsum_add n g g' : altsum n (fun v => g v + g' v) = altsum n g + altsum n g'.
Proof.
  revert g g'. induction n as [|n IH]; intros g g'; simpl; [reflexivity|].
  rewrite (IH (fun v => g (0 :: v)) (fun v => g' (0 :: v))), (IH (fun v => g (1 :: v)) (fun v => g' (1 :: v))). ring.
Qed.
Lemma altsum_sub n g g' : altsum n (fun v => g v - g' v) = altsum n g - altsum n g'.
Proof.
  revert g g'. induction n as [|n IH]; intros g g'; simpl; [reflexivity|].
  rewrite (IH (fun v => g (0 :: v)) (fun v => g' (0 :: v))), (IH (fun v => g (1 :: v)) (fun v => g' (1 :: v))). ring.
Qed.
Lemma altsum_const n c : altsum (S n) (fun _ => c) = 0.
Proof. simpl. ring. Qed.
Lemma altsum_zero n : altsum n (fun _ => 0) = 0.
Proof. destruct n; [reflexivity|apply altsum_const]. Qed.
Lemma altsum_sum A (F : A -> list K -> K) n L :
  altsum n (fun x => sum (fun i => F i x) L) = sum (fun i => altsum n (F i)) L.
Proof.
  induction L as [|i L IH]; simpl; [apply altsum_zero|]. rewrite altsum_add, IH. reflexivity.
Qed.

Lemma altsum_ignores n j g : (j < n)%nat -> ignores j g -> altsum n g = 0.
Proof.
  revert j g. induction n as [|n IH]; intros j g Hj Hg; [lia|]. simpl. destruct j as [|j].
  - rewrite (altsum_ext n (fun v => g (0 :: v)) (fun v => g (1 :: v))); [ring|].
    intros v _. apply (Hg [] v 0 1). reflexivity.
  - rewrite (IH j (fun v => g (0 :: v))), (IH j (fun v => g (1 :: v))); try lia; try ring;
      intros v w a b Hv; [apply (Hg (1 :: v))|apply (Hg (0 :: v))]; simpl; lia.
Qed.

Lemma altsum_maximum n : altsum (S n) maximum = - (1).
Proof.
  induction n as [|n IH]; [simpl; ring|]. cbn [altsum] in IH |- *.
  set (A := altsum n (fun v => maximum (0 :: v)) - altsum n (fun v => maximum (1 :: v))) in *.
  change (altsum (S n) (fun v => maximum (0 :: v)) - altsum (S n) (fun v => maximum (1 :: v)) = - (1)).
  rewrite (altsum_ext (S n) (fun v => maximum (0 :: v)) maximum).
  - rewrite (altsum_ext (S n) (fun v => maximum (1 :: v)) (fun _ => 1)).
    + rewrite altsum_const. cbn [altsum]. fold A. rewrite IH. ring.
    + intros v [Hl Hv]. apply (is_max_unique K) with (1 :: v); [apply maximum_is_max; discriminate|].
      split; [left; reflexivity|]. intros b [<-|Hb]; [apply fle_refl|].
      destruct (Hv b Hb) as [-> | ->]; [apply fle_0_1|apply fle_refl].
  - intros v [Hl Hv]. destruct v as [|a v]; [discriminate|].
    change (maximum (0 :: a :: v)) with (fmax 0 (maximum (a :: v))). apply fmax_r.
    destruct (maximum_is_max K (a :: v)) as [Hin _]; [discriminate|].
    destruct (Hv _ Hin) as [-> | ->]; [apply fle_refl|apply fle_0_1].
Qed.

Lemma altsum_bound n g e : (forall v, vertex n v -> - e <= g v /\ g v <= e) ->
  - (ofZ (power 2 n) * e) <= altsum n g /\ altsum n g <= ofZ (power 2 n) * e.
Proof.
  revert g. induction n as [|n IH]; intros g H.
  - simpl altsum. unfold power. simpl Z.pow. rewrite ofZ_1. replace (1 * e) with e by ring.
    apply H. split; [reflexivity|intros ? []].
  - assert (H0 : forall a, a = 0 \/ a = 1 -> - (ofZ (power 2 n) * e) <= altsum n (fun v => g (a :: v))
        /\ altsum n (fun v => g (a :: v)) <= ofZ (power 2 n) * e).
    { intros a Ha. apply IH. intros v Hv. apply H, vertex_cons; assumption. }
    destruct (H0 0) as [A1 A2]; [auto|]. destruct (H0 1) as [B1 B2]; [auto|].
    cbn [altsum]. rewrite power_S, ofZ_mul, ofZ_2.
    set (u := altsum n (fun v => g (0 :: v))) in *. set (w := altsum n (fun v => g (1 :: v))) in *.
    set (t := ofZ (power 2 n) * e) in *. apply fle_opp in B1, B2.
    split.
    + replace (- ((1 + 1) * ofZ (power 2 n) * e)) with (- t + - t) by (unfold t; ring).
      replace (u - w) with (u + - w) by ring. apply fle_add2; assumption.
    + replace ((1 + 1) * ofZ (power 2 n) * e) with (t + - - t) by (unfold t; ring).
      replace (u - w) with (u + - w) by ring. apply fle_add2; assumption.
Qed.

(** Theorem B for r = d - 1: no sum of functions that each ignore one of the d inputs is nearer to
    the max than 2^-d; of subpool maxes or of anything else. *)
Theorem lower_bound_any d A (F : A -> list K -> K) (L : list A) eps : (0 < d)%nat ->
  (forall i, In i L -> exists j, (j < d)%nat /\ ignores j (F i)) ->
  error_at_most d (fun x => sum (fun i => F i x) L) eps -> half_to d <= eps.
Proof.
  intros Hd HF HE.
  assert (B : altsum d (fun x => sum (fun i => F i x) L - maximum x) <= ofZ (power 2 d) * eps).
  { apply altsum_bound. intros v [Hl Hv]. apply HE. split; [exact Hl|]. intros a Ha.
    destruct (Hv a Ha) as [-> | ->]; split; try apply fle_refl; apply fle_0_1. }
  rewrite altsum_sub, altsum_sum in B.
  rewrite (sum_ext K _ (fun _ => 0)) in B.
  - rewrite sum_0 in B. destruct d as [|d]; [lia|]. rewrite altsum_maximum in B.
    replace (0 - - (1)) with (1 : K) in B by ring.
    replace (half_to (S d)) with (half_to (S d) * 1) by ring.
    replace eps with (half_to (S d) * (ofZ (power 2 (S d)) * eps)).
    + apply fle_mul_l; [apply half_to_nonneg|exact B].
    + transitivity (ofZ (power 2 (S d)) * half_to (S d) * eps); [ring|]. rewrite half_to_spec. ring.
  - intros i Hi. destruct (HF i Hi) as [j [Hj Hg]]. apply altsum_ignores with j; assumption.
Qed.

Lemma nth_other (v w : list K) a b i : i <> length v -> nth i (v ++ a :: w) 0 = nth i (v ++ b :: w) 0.
Proof.
  revert i. induction v as [|c v IH]; intros [|i] H; simpl in *; try reflexivity; try congruence.
  apply IH. lia.
Qed.

Lemma missing d (I : list nat) : (length I < d)%nat -> exists j, (j < d)%nat /\ ~ In j I.
Proof.
  intros H. destruct (Forall_Exists_dec (fun j => In j I) (fun j => in_dec Nat.eq_dec j I) (seq 0 d)) as [E|E].
  - exfalso. rewrite Forall_forall in E. assert (HL : (length (seq 0 d) <= length I)%nat).
    { apply NoDup_incl_length; [apply seq_NoDup|exact E]. }
    rewrite seq_length in HL. lia.
  - apply Exists_exists in E. destruct E as [j [Hj Hn]]. apply in_seq in Hj. exists j. split; [lia|exact Hn].
Qed.

Theorem lower_bound d beta eps : (0 < d)%nat ->
  error_at_most d (estimate d beta) eps -> half_to d <= eps.
Proof.
  intros Hd HE. apply (lower_bound_any d (list nat) (fun I x => beta I * pool x I) (proper (seq 0 d))); try assumption.
  intros I HI. unfold proper in HI. apply filter_In in HI. destruct HI as [_ HI]. apply Nat.ltb_lt in HI.
  rewrite seq_length in HI. destruct (missing d I HI) as [j [Hj Hn]]. exists j. split; [exact Hj|].
  intros v w a b Hv. f_equal. unfold pool. destruct I as [|i I]; [reflexivity|]. f_equal.
  apply map_ext_in. intros k Hk. apply nth_other. rewrite Hv. intros ->. contradiction.
Qed.

(** Equation (6), as an equality: 2^-d is the least error. *)
Theorem equation_6 d : (0 < d)%nat ->
  (exists beta, error_at_most d (estimate d beta) (half_to d)) /\
  (forall beta eps, error_at_most d (estimate d beta) eps -> half_to d <= eps).
Proof.
  intros Hd. split; [exists (coefficients d); apply upper_bound, Hd|]. intros beta eps. apply lower_bound, Hd.
Qed.
End Field.
