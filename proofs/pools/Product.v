(** * The product rule: families on disjoint inputs multiply their errors

    If F1 is a family on d1 inputs with least error 1/M1, F2 one on d2 other inputs with 1/M2, both
    closed under unions, then all unions of a member of F1 and one of F2 have the least error
    1/(M1 M2), with (N1 + 2)(N2 + 2) - 2 subpools. All subsets of d inputs are d families {}, {i}. *)

From Coq Require Import List Arith ZArith QArith Ring Lia Bool.
From Maxpooling Require Import OrderedField Network Maximum Approximation UnionClosed Families.
Import ListNotations.
Open Scope list_scope.
Open Scope Z_scope.

(** The Moebius function is the only one that satisfies its equations. *)
Lemma moebius_unique d F (f : subset -> Z) : family d F ->
  (forall U, In U F -> zsum f (filter (included d U) F) = top U) -> forall U, In U F -> f U = moebius d F U.
Proof.
  intros HF H. assert (G : forall n U, In U F -> (d - size d U < n)%nat -> f U = moebius d F U).
  { induction n as [|n IH]; intros U HU Hn; [lia|].
    pose proof (H U HU) as E. rewrite <- (moebius_spec d F HF U HU) in E.
    rewrite !(above_split d F HF) in E by exact HU.
    rewrite (zsum_ext f (moebius d F)) in E; [lia|]. intros W HW. apply filter_In in HW. destruct HW as [H1 H2].
    apply IH; [exact H1|]. apply size_lt in H2. pose proof (size_le d W). lia. }
  intros U HU. apply (G (S d)); [exact HU|lia].
Qed.

Lemma zsum_app A (f : A -> Z) l l' : zsum f (l ++ l') = zsum f l + zsum f l'.
Proof. induction l as [|a l IH]; simpl; [reflexivity|]. rewrite IH. ring. Qed.
Lemma zsum_map A B (h : A -> B) f l : zsum f (map h l) = zsum (fun a => f (h a)) l.
Proof. induction l as [|a l IH]; simpl; [reflexivity|]. rewrite IH. reflexivity. Qed.
Lemma zsum_flat_map A B (h : A -> list B) f l : zsum f (flat_map h l) = zsum (fun a => zsum f (h a)) l.
Proof. induction l as [|a l IH]; simpl; [reflexivity|]. rewrite zsum_app, IH. reflexivity. Qed.
Lemma zsum_length A (l : list A) : zsum (fun _ => 1) l = Z.of_nat (length l).
Proof. induction l as [|a l IH]; [reflexivity|]. cbn [zsum fold_right length]. fold (zsum (fun _ : A => 1) l). rewrite IH. lia. Qed.

(** All members but the empty set and [d] are subpools. *)
Lemma inner_length d F : family d F -> (0 < d)%nat -> (length (inner F) + 2 = length F)%nat.
Proof.
  intros HF Hd. pose proof (zsum_inner d F HF Hd (fun _ => 1)) as E. rewrite !zsum_length in E. lia.
Qed.

Definition product (F1 F2 : list subset) : list subset := flat_map (fun I => map (app I) F2) F1.
Lemma in_product F1 F2 U : In U (product F1 F2) <-> exists I J, In I F1 /\ In J F2 /\ U = I ++ J.
Proof.
  unfold product. rewrite in_flat_map. split.
  - intros [I [HI H]]. apply in_map_iff in H. destruct H as [J [<- HJ]]. exists I, J. auto.
  - intros [I [J [HI [HJ ->]]]]. exists I. split; [exact HI|]. apply in_map, HJ.
Qed.

Section Product.
Variables d1 d2 : nat.
Variables F1 F2 : list subset.
Hypothesis H1 : family d1 F1.
Hypothesis H2 : family d2 F2.

Lemma app_inj (I I' J J' : subset) : length I = length I' -> I ++ J = I' ++ J' -> I = I' /\ J = J'.
Proof.
  revert I'. induction I as [|b I IH]; intros [|b' I'] HL E; simpl in *; try discriminate; [auto|].
  injection E as -> E. destruct (IH I') as [-> ->]; [lia|exact E|auto].
Qed.
Lemma mem_app I J i : length I = d1 -> mem (I ++ J) i = if (i <? d1)%nat then mem I i else mem J (i - d1).
Proof.
  intros HI. unfold mem. destruct (i <? d1)%nat eqn:E.
  - apply Nat.ltb_lt in E. apply app_nth1. lia.
  - apply Nat.ltb_ge in E. rewrite app_nth2 by lia. rewrite HI. reflexivity.
Qed.
Lemma included_app I J U W : length I = d1 -> length U = d1 ->
  included (d1 + d2) (I ++ J) (U ++ W) = included d1 I U && included d2 J W.
Proof.
  intros HI HU. apply eq_true_iff_eq. rewrite andb_true_iff, !included_spec. split.
  - intros H. split; intros i Hi HIn.
    + assert (L : (i <? d1)%nat = true) by (apply Nat.ltb_lt; exact Hi).
      specialize (H i ltac:(lia)). rewrite !mem_app, L in H by assumption. apply H, HIn.
    + assert (L : (d1 + i <? d1)%nat = false) by (apply Nat.ltb_ge; lia).
      specialize (H (d1 + i)%nat ltac:(lia)). rewrite !mem_app, L in H by assumption.
      replace (d1 + i - d1)%nat with i in H by lia. apply H, HIn.
  - intros [A B] i Hi. rewrite !mem_app by assumption. destruct (i <? d1)%nat eqn:E.
    + apply Nat.ltb_lt in E. apply A, E.
    + apply Nat.ltb_ge in E. apply B. lia.
Qed.
Lemma union_app I J U W : length I = length U -> union (I ++ J) (U ++ W) = union I U ++ union J W.
Proof.
  revert U. induction I as [|a I IH]; intros [|b U] H; simpl in *; try discriminate; [reflexivity|].
  f_equal. apply IH. lia.
Qed.
Lemma top_app I J : top (I ++ J) = top I * top J.
Proof. unfold top, is_whole. rewrite forallb_app. destruct (forallb _ I), (forallb _ J); reflexivity. Qed.

Lemma product_family : family (d1 + d2) (product F1 F2).
Proof.
  split.
  - assert (L : forall I, In I F1 -> length I = d1) by apply H1.
    pose proof (distinct _ _ H1) as N1. pose proof (distinct _ _ H2) as N2. unfold product. revert L N1.
    clear H1 H2. induction F1 as [|I l IH]; intros L N1; [constructor|]. cbn [flat_map].
    inversion N1 as [|? ? HI Hl]. subst.
    assert (R : NoDup (flat_map (fun I0 => map (app I0) F2) l)) by (apply IH; [intros; apply L; right|]; assumption).
    assert (M : forall A (a b : list A), NoDup a -> NoDup b -> (forall c, In c a -> ~ In c b) -> NoDup (a ++ b)).
    { clear. intros A a b Ha Hb H. induction a as [|c a IH]; [exact Hb|]. inversion Ha. subst. simpl. constructor.
      - rewrite in_app_iff. intros [X|X]; [contradiction|]. apply (H c); [left; reflexivity|exact X].
      - apply IH; [assumption|]. intros e He. apply H. right. exact He. }
    apply M; [|exact R|].
    + clear - N2. induction F2 as [|J m IH]; [constructor|]. inversion N2 as [|? ? A B]. subst. simpl. constructor; [|apply IH, B].
      intros X. apply in_map_iff in X. destruct X as [J' [E X]]. apply app_inv_head in E. subst. contradiction.
    + intros U HU HV. apply in_map_iff in HU. destruct HU as [J [<- HJ]]. apply in_flat_map in HV.
      destruct HV as [I' [HI' HV]]. apply in_map_iff in HV. destruct HV as [J' [E _]]. apply app_inj in E.
      * destruct E as [-> _]. contradiction.
      * rewrite (L I') by (right; exact HI'). rewrite (L I) by (left; reflexivity). reflexivity.
  - intros U HU. apply in_product in HU. destruct HU as [I [J [HI [HJ ->]]]]. rewrite app_length.
    rewrite (of_length _ _ H1 I HI), (of_length _ _ H2 J HJ). reflexivity.
  - apply in_product. exists (none d1), (none d2). repeat split; [apply H1|apply H2|]. unfold none. apply repeat_app.
  - apply in_product. exists (whole d1), (whole d2). repeat split; [apply H1|apply H2|]. unfold whole. apply repeat_app.
Qed.
Lemma product_closed : closed_under_unions F1 -> closed_under_unions F2 -> closed_under_unions (product F1 F2).
Proof.
  intros C1 C2 U W HU HW. apply in_product in HU, HW. destruct HU as [I [J [HI [HJ ->]]]], HW as [I' [J' [HI' [HJ' ->]]]].
  rewrite union_app by (rewrite (of_length _ _ H1 I HI), (of_length _ _ H1 I' HI'); reflexivity).
  apply in_product. exists (union I I'), (union J J'). repeat split; [apply C1|apply C2]; assumption.
Qed.

(** mu of the product is the product of the mu. *)
Definition split_moebius (U : subset) : Z := moebius d1 F1 (firstn d1 U) * moebius d2 F2 (skipn d1 U).
Lemma split_moebius_app I J : In I F1 -> split_moebius (I ++ J) = moebius d1 F1 I * moebius d2 F2 J.
Proof.
  intros HI. unfold split_moebius. rewrite <- (of_length _ _ H1 I HI), firstn_app, skipn_app, Nat.sub_diag, firstn_all, skipn_all.
  cbn [firstn skipn]. rewrite app_nil_r. reflexivity.
Qed.
Theorem moebius_product I J : In I F1 -> In J F2 ->
  moebius (d1 + d2) (product F1 F2) (I ++ J) = moebius d1 F1 I * moebius d2 F2 J.
Proof.
  intros HI HJ. rewrite <- (split_moebius_app I J HI). symmetry.
  apply (moebius_unique _ _ split_moebius product_family); [|apply in_product; exists I, J; auto].
  clear I J HI HJ. intros U HU. apply in_product in HU. destruct HU as [I [J [HI [HJ ->]]]].
  rewrite top_app, <- (moebius_spec d1 F1 H1 I HI), <- (moebius_spec d2 F2 H2 J HJ), <- !zsum_if.
  unfold product. rewrite zsum_flat_map.
  set (b := zsum (fun W => if included d2 J W then moebius d2 F2 W else 0) F2).
  rewrite (zsum_ext _ (fun V => b * (if included d1 I V then moebius d1 F1 V else 0))); [rewrite zsum_mul; ring|].
  intros V HV. rewrite zsum_map. unfold b. rewrite Z.mul_comm, <- zsum_mul. apply zsum_ext. intros W _.
  rewrite included_app by (apply H1; assumption). rewrite split_moebius_app by exact HV.
  destruct (included d1 I V), (included d2 J W); cbn [andb]; ring.
Qed.
Theorem total_product :
  total_moebius (d1 + d2) (product F1 F2) = total_moebius d1 F1 * total_moebius d2 F2.
Proof.
  unfold total_moebius at 1. unfold product at 2. rewrite zsum_flat_map.
  rewrite (zsum_ext _ (fun I => total_moebius d2 F2 * Z.abs (moebius d1 F1 I))).
  - rewrite zsum_mul. unfold total_moebius. ring.
  - intros I HI. rewrite zsum_map, Z.mul_comm. unfold total_moebius. rewrite <- zsum_mul. apply zsum_ext. intros J HJ.
    rewrite moebius_product by assumption. apply Z.abs_mul.
Qed.
Lemma product_length : length (product F1 F2) = (length F1 * length F2)%nat.
Proof.
  unfold product. clear. induction F1 as [|I l IH]; [reflexivity|]. cbn [flat_map length].
  rewrite app_length, map_length, IH. reflexivity.
Qed.
End Product.

(** ** The product rule, for the errors *)
Theorem product_rule (d1 d2 : nat) (F1 F2 : list subset) : family d1 F1 -> family d2 F2 ->
  closed_under_unions F1 -> closed_under_unions F2 -> (0 < d1)%nat -> (0 < d2)%nat ->
  let F := product F1 F2 in
  (length (inner F) + 2 = (length (inner F1) + 2) * (length (inner F2) + 2))%nat /\
  forall K : ofield,
  least_error K (d1 + d2) F = fmul (least_error K d1 F1) (least_error K d2 F2) /\
  (exists a0 a, error_at_most K (d1 + d2) (combined F a0 a) (least_error K (d1 + d2) F)) /\
  (forall a0 a e, error_at_most K (d1 + d2) (combined F a0 a) e -> fle (least_error K (d1 + d2) F) e).
Proof.
  intros H1 H2 C1 C2 P1 P2 F. pose proof (product_family d1 d2 F1 F2 H1 H2) as HF. fold F in HF. split.
  - rewrite (inner_length (d1 + d2) F HF) by lia. rewrite (inner_length d1 F1 H1 P1), (inner_length d2 F2 H2 P2).
    apply product_length.
  - intros K. split.
    + pose proof (total_positive d1 F1 H1 P1) as T1. pose proof (total_positive d2 F2 H2 P2) as T2.
      unfold least_error. unfold F. rewrite (total_product d1 d2 F1 F2 H1 H2).
      set (m1 := total_moebius d1 F1) in *. set (m2 := total_moebius d2 F2) in *.
      assert (T : 0 < m1 * m2) by lia.
      apply fmul_cancel with (ofZ (m1 * m2)); [apply ofZ_pos_neq_0, T|]. rewrite ofZ_inv_spec by exact T.
      pose proof (ofZ_inv_spec K m1 T1) as E1. pose proof (ofZ_inv_spec K m2 T2) as E2.
      rewrite ofZ_mul. pose proof (f_ring K) as R. destruct R.
      rewrite <- Rmul_assoc, (Rmul_assoc (ofZ m2)), (Rmul_comm (ofZ m2)), <- Rmul_assoc, E2.
      rewrite (Rmul_comm _ f1), Rmul_1_l. symmetry. exact E1.
    + apply union_closed; [exact HF|lia|eapply product_closed; eassumption].
Qed.

(** ** All subsets: 2^d for every d, from d factors of one input each: equation (6) once more *)
Lemma all_subsets_product d : all_subsets (S d) = product (all_subsets 1) (all_subsets d).
Proof.
  unfold product. cbn [all_subsets map app flat_map]. rewrite app_nil_r. reflexivity.
Qed.
Lemma one_input : family 1 (all_subsets 1) /\ closed_under_unions (all_subsets 1).
Proof. apply is_family_sound. reflexivity. Qed.
Theorem all_subsets_are d : family d (all_subsets d) /\ closed_under_unions (all_subsets d)
  /\ total_moebius d (all_subsets d) = 2 ^ Z.of_nat d.
Proof.
  destruct one_input as [A B]. induction d as [|d [IH1 [IH2 IH3]]].
  - destruct (is_family_sound 0 (all_subsets 0) eq_refl) as [C D]. repeat split; try apply C; exact D.
  - rewrite all_subsets_product. change (S d) with (1 + d)%nat. split; [|split].
    + apply product_family; assumption.
    + eapply product_closed; eassumption.
    + rewrite total_product, IH3 by assumption. replace (total_moebius 1 (all_subsets 1)) with 2 by reflexivity.
      rewrite Nat2Z.inj_add, Z.pow_add_r by lia. reflexivity.
Qed.

(** Two 3 x 3 grids side by side: 18 inputs, 527 subpools, 1/2500. *)
Corollary eighteen : length (inner (product nine nine)) = 527%nat /\ total_moebius 18 (product nine nine) = 2500.
Proof.
  pose proof nine_checked as H. unfold has_error in H. rewrite !andb_true_iff in H. destruct H as [[[_ H2] H3] H4].
  apply is_family_sound in H2. destruct H2 as [HF _]. apply Nat.eqb_eq in H3. apply Z.eqb_eq in H4.
  pose proof (inner_length 18 _ (product_family 9 9 nine nine HF HF) ltac:(lia)) as L.
  pose proof (inner_length 9 _ HF ltac:(lia)) as L9.
  rewrite product_length, <- L9, H3 in L. split.
  - clear - L. revert L. generalize (length (inner (product nine nine))). intros n. lia.
  - change 18%nat with (9 + 9)%nat. rewrite total_product, H4 by exact HF. reflexivity.
Qed.
