(** * The sign of a maximum: d neurons in one hidden layer decide it, fewer never do

    Theorem 1 of the paper: relu(x_1) + ... + relu(x_d) is positive exactly where the maximum is.
    Theorem J of the book: a network whose first hidden layer has fewer than d neurons does not decide
    that sign, whatever comes after the layer; more generally no function at all of fewer than d linear
    functions does, with any weights of the field. And thresholding cannot be left out: the value of
    no network is the step function of the maximum.

    The proofs. Fewer than d linear functions vanish together at some u that is not 0 ([common_zero],
    elimination), so they, and what is made of them, are the same at t u as at 0; but for some t an
    entry of t u is 1. And every network is Lipschitz ([lipschitz]), which a step is not. *)

From Coq Require Import List Arith ZArith QArith Ring Lia.
From Maxpooling Require Import OrderedField Network Maximum Checker Forms Deeper NoOneLayer Approximation.
Import ListNotations.
Open Scope list_scope.

Section Field.
Variable K : ofield.
Add Ring K_ring : (f_ring K).
Local Open Scope of_scope.

Definition positive (a : K) : Prop := ~ a <= 0.
Definition decides_sign (d : nat) (f : list K -> K) : Prop :=
  forall x, length x = d -> (positive (f x) <-> positive (maximum x)).
Definition is_step (d : nat) (f : list K -> K) : Prop :=
  forall x, length x = d -> (maximum x <= 0 -> f x = 0) /\ (positive (maximum x) -> f x = 1).

Lemma in_maximum a (x : list K) : In a x -> a <= maximum x.
Proof. intros H. apply maximum_is_max; [intros ->; contradiction|exact H]. Qed.
Lemma maximum_nonpos (x : list K) : (forall a, In a x -> a <= 0) -> maximum x <= 0.
Proof.
  intros H. destruct x as [|a x]; [apply fle_refl|]. apply H. apply maximum_is_max. discriminate.
Qed.
Lemma one_positive : positive 1.
Proof. intros H. apply (@f1_neq_0 K), fle_antisym; [exact H|apply fle_0_1]. Qed.

(** ** d neurons do *)
Lemma relu_nonneg (a : K) : 0 <= relu a.
Proof. apply fmax_le_r. Qed.
Lemma sum_relu_nonneg (x : list K) : 0 <= sum (@relu K) x.
Proof.
  induction x as [|a x IH]; cbn [sum]; [apply fle_refl|].
  replace 0 with (0 + 0 : K) by ring. apply fle_add2; [apply relu_nonneg|exact IH].
Qed.
Lemma sum_relu_least a (x : list K) : In a x -> a <= sum (@relu K) x.
Proof.
  intros H. apply fle_trans with (relu a); [apply fmax_le_l|].
  induction x as [|b x IH]; [contradiction|]. cbn [sum]. destruct H as [<-|H].
  - replace (relu b) with (relu b + 0) at 1 by ring. apply fle_add2; [apply fle_refl|apply sum_relu_nonneg].
  - replace (relu a) with (0 + relu a) by ring. apply fle_add2; [apply relu_nonneg|apply IH, H].
Qed.
Lemma sum_relu_0 (x : list K) : (forall a, In a x -> a <= 0) -> sum (@relu K) x = 0.
Proof.
  intros H. rewrite (sum_ext K _ (fun _ => 0)); [apply sum_0|]. intros a Ha. apply relu_neg, H, Ha.
Qed.
Lemma sum_relu_sign (x : list K) : positive (sum (@relu K) x) <-> positive (maximum x).
Proof.
  split; intros H L; apply H.
  - rewrite sum_relu_0; [apply fle_refl|]. intros a Ha. apply fle_trans with (maximum x); [apply in_maximum, Ha|exact L].
  - apply maximum_nonpos. intros a Ha. apply fle_trans with (sum (@relu K) x); [apply sum_relu_least, Ha|exact L].
Qed.

(** ** Fewer do not *)
Fixpoint form_value (w x : list K) : K :=
  match w, x with a :: w', b :: x' => a * b + form_value w' x' | _, _ => 0 end.

Lemma form_value_combine a b w v x : length w = length v ->
  form_value (map (fun p => a * fst p - b * snd p) (combine v w)) x = a * form_value v x - b * form_value w x.
Proof.
  revert v x. induction w as [|p w IH]; intros [|q v] [|c x] H; cbn in *; try discriminate; try ring.
  rewrite IH by lia. ring.
Qed.
Lemma form_value_zeros w n : form_value w (repeat (0 : K) n) = 0.
Proof. revert n. induction w as [|a w IH]; intros [|n]; cbn; try reflexivity. rewrite IH. ring. Qed.
Lemma form_value_scale t w x : form_value w (map (fmul t) x) = t * form_value w x.
Proof. revert x. induction w as [|a w IH]; intros [|b x]; cbn; try ring. rewrite IH. ring. Qed.

(** Fewer than d linear functions have a common zero other than 0. (Whether a number of the field is 0
    need not be decidable; the contradiction that we are after does not need it.) *)
Lemma heads (W : list (list K)) :
  ~ ~ ((forall w, In w W -> hd 0 w = 0) \/ exists w, In w W /\ hd 0 w <> 0).
Proof.
  induction W as [|w W IH]; intros N.
  - apply N. left. intros w [].
  - apply IH. intros [H|[v [Hv E]]].
    + assert (D : ~ ~ (hd 0 w = 0 \/ hd 0 w <> 0)) by tauto. apply D. intros [E|E]; apply N.
      * left. intros v [<-|Hv]; [exact E|apply H, Hv].
      * right. exists w. split; [left; reflexivity|exact E].
    + apply N. right. exists v. split; [right; exact Hv|exact E].
Qed.
Theorem common_zero d (W : list (list K)) : (length W < d)%nat -> (forall w, In w W -> length w = d) ->
  ~ ~ exists u, length u = d /\ (exists a, In a u /\ a <> 0) /\ forall w, In w W -> form_value w u = 0.
Proof.
  revert W. induction d as [|d IH]; intros W HL HW N; [lia|]. apply (heads W). intros [H|[p [Hp Ep]]].
  - apply N. exists (1 :: repeat 0 d). repeat split.
    + cbn. rewrite repeat_length. reflexivity.
    + exists 1. split; [left; reflexivity|apply f1_neq_0].
    + intros w Hw. specialize (H w Hw). specialize (HW w Hw). destruct w as [|a w]; [reflexivity|].
      cbn in *. rewrite H, form_value_zeros. ring.
  - apply in_split in Hp. destruct Hp as [W1 [W2 ->]].
    assert (Hp : length p = S d) by (apply HW, in_or_app; right; left; reflexivity).
    destruct p as [|a r]; [discriminate|]. cbn in Ep, Hp. rewrite app_length in HL. cbn in HL.
    set (reduce := fun w => map (fun q => a * fst q - hd 0 w * snd q) (combine (tl w) r)).
    apply (IH (map reduce (W1 ++ W2))).
    + rewrite map_length, app_length. lia.
    + intros w Hw. apply in_map_iff in Hw. destruct Hw as [v [<- Hv]]. unfold reduce.
      assert (Lv : length v = S d) by (apply HW, in_or_app; apply in_app_or in Hv; destruct Hv; [left|right; right]; assumption).
      destruct v as [|b v]; [discriminate|]. cbn in Lv. rewrite map_length, combine_length. cbn [tl]. lia.
    + intros [u [Lu [[c [Hc Ec]] Hu]]]. apply N. exists (- (finv a * form_value r u) :: u). repeat split.
      * cbn. rewrite Lu. reflexivity.
      * exists c. split; [right; exact Hc|exact Ec].
      * assert (P : a * - (finv a * form_value r u) + form_value r u = 0).
        { transitivity (- (finv a * a * form_value r u) + form_value r u); [ring|]. rewrite finv_l by exact Ep. ring. }
        assert (Z : forall w, In w (W1 ++ W2) -> length w = S d -> form_value w (- (finv a * form_value r u) :: u) = 0).
        { intros w Hw Lw. pose proof (Hu (reduce w) (in_map _ _ _ Hw)) as Rw. destruct w as [|b w]; [discriminate|].
          cbn in Lw. unfold reduce in Rw. cbn [tl hd] in Rw. rewrite form_value_combine in Rw by lia. cbn [form_value].
          apply (fmul_cancel K _ _ Ep).
          transitivity (b * (a * - (finv a * form_value r u) + form_value r u) + (a * form_value w u - b * form_value r u));
            [ring|]. rewrite P, Rw. ring. }
        intros w Hw. pose proof (HW w Hw) as Lw. apply in_app_or in Hw. destruct Hw as [Hw|[<-|Hw]]; [|exact P|];
          apply Z; try exact Lw; apply in_or_app; auto.
Qed.

(** No function of fewer than d linear functions decides the sign. *)
Theorem few_linear_functions d (W : list (list K)) (g : list K -> K) :
  (length W < d)%nat -> (forall w, In w W -> length w = d) ->
  ~ decides_sign d (fun x => g (map (fun w => form_value w x) W)).
Proof.
  intros HL HW H. apply (common_zero d W HL HW). intros [u [Lu [[c [Hc Ec]] Hu]]].
  set (y := map (fmul (finv c)) u).
  assert (L0 : length (repeat (0 : K) d) = d) by apply repeat_length.
  assert (Ly : length y = d) by (unfold y; rewrite map_length; exact Lu).
  pose proof (H (repeat 0 d) L0) as [H0 _]. pose proof (H y Ly) as [_ Hy].
  assert (E : map (fun w => form_value w (repeat 0 d)) W = map (fun w => form_value w y) W).
  { apply map_ext_in. intros w Hw. rewrite form_value_zeros. unfold y. rewrite form_value_scale, Hu by exact Hw. ring. }
  cbv beta in H0, Hy. rewrite E in H0. apply H0.
  - apply Hy. intros L. apply one_positive. apply fle_trans with (maximum y); [|exact L]. apply in_maximum.
    unfold y. apply in_map_iff. exists c. split; [apply finv_l, Ec|exact Hc].
  - apply maximum_nonpos. intros a Ha. apply repeat_spec in Ha. subst a. apply fle_refl.
Qed.

Lemma dot_form_value w (x : list K) : dot w x = form_value (map (@ofQ K) w) x.
Proof. revert x. induction w as [|a w IH]; intros [|b x]; cbn; try reflexivity. rewrite IH. reflexivity. Qed.

(** The number of neurons that read the inputs. *)
Definition first_width (N : network) : nat := match hidden N with [] => 1 | l :: _ => length l end.

Theorem theorem_j d N : well_formed d N -> (first_width N < d)%nat -> ~ decides_sign d (eval N).
Proof.
  intros HN HL H. unfold well_formed, first_width in *. destruct N as [[|l r] out]; cbn [hidden output well_formed_from] in *.
  - apply (few_linear_functions d [map (@ofQ K) (weights out)] (fun v => hd 0 v + ofQ (bias out)));
      [exact HL|intros w [<-|[]]; rewrite map_length; exact HN|].
    intros x Hx. pose proof (H x Hx) as E. unfold eval, affine in E. cbn [hidden output fold_left] in E.
    rewrite dot_form_value in E. exact E.
  - destruct HN as [HN _].
    apply (few_linear_functions d (map (fun u => map (@ofQ K) (weights u)) l)
      (fun v => affine out (fold_left apply_layer r (map (fun p => relu (fst p + ofQ (bias (snd p)))) (combine v l))))).
    + rewrite map_length. exact HL.
    + intros w Hw. apply in_map_iff in Hw. destruct Hw as [u [<- Hu]]. rewrite map_length. apply HN, Hu.
    + intros x Hx. pose proof (H x Hx) as E. unfold eval in E. cbn [hidden output fold_left] in E.
      replace (map (fun p => relu (fst p + ofQ (bias (snd p))))
        (combine (map (fun w => form_value w x) (map (fun u => map (@ofQ K) (weights u)) l)) l)) with (apply_layer x l); [exact E|].
      unfold apply_layer. rewrite map_map. clear. induction l as [|u l IH]; [reflexivity|]. cbn [map combine fst snd].
      rewrite <- IH. unfold affine. rewrite dot_form_value. reflexivity.
Qed.

(** ** No network is the step function of the maximum: a network is Lipschitz *)
Definition near (e : K) (x y : list K) : Prop := Forall2 (fun a b => a - b <= e /\ b - a <= e) x y.
Definition lipschitz_with (c : K) (f : list K -> K) : Prop :=
  forall e x y, 0 <= e -> near e x y -> f x - f y <= c * e /\ f y - f x <= c * e.

Lemma times_near (q a b e : K) : a - b <= e -> b - a <= e -> q * a - q * b <= size_of K q * e /\ q * b - q * a <= size_of K q * e.
Proof.
  intros H1 H2.
  assert (G : forall q, 0 <= q -> q * a - q * b <= q * e /\ q * b - q * a <= q * e).
  { intros p Hp. split.
    - replace (p * a - p * b) with (p * (a - b)) by ring. apply fle_mul_l; assumption.
    - replace (p * b - p * a) with (p * (b - a)) by ring. apply fle_mul_l; assumption. }
  destruct (fle_total K 0 q) as [H|H].
  - replace (size_of K q) with q; [apply G, H|]. symmetry. apply fmax_l, fle_trans with 0; [apply fle_opp_0, H|exact H].
  - apply fle_0_opp in H. replace (size_of K q) with (- q).
    + destruct (G (- q) H) as [G1 G2]. split.
      * replace (q * a - q * b) with (- q * b - - q * a) by ring. exact G2.
      * replace (q * b - q * a) with (- q * a - - q * b) by ring. exact G1.
    + symmetry. apply fmax_r. apply fle_trans with 0; [|exact H]. replace q with (- - q) by ring. apply fle_opp_0, H.
Qed.
Lemma dot_near w : exists c : K, 0 <= c /\ lipschitz_with c (dot w).
Proof.
  induction w as [|q w [c [C0 C]]].
  - exists 0. split; [apply fle_refl|]. intros e x y He _. cbn. replace (0 - 0) with (0 * e) by ring. split; apply fle_refl.
  - exists (size_of K (ofQ q) + c). split.
    + replace 0 with (0 + 0 : K) by ring. apply fle_add2; [apply size_nonneg|exact C0].
    + intros e x y He H. destruct H as [|a b x y [H1 H2] H]; cbn [dot].
      * assert (P : 0 <= (size_of K (ofQ q) + c) * e).
        { apply fle_mul; [|exact He]. replace 0 with (0 + 0 : K) by ring. apply fle_add2; [apply size_nonneg|exact C0]. }
        replace (0 - 0) with (0 : K) by ring. split; exact P.
      * destruct (times_near (ofQ q) a b e H1 H2) as [T1 T2]. destruct (C e x y He H) as [D1 D2].
        replace ((size_of K (ofQ q) + c) * e) with (size_of K (ofQ q) * e + c * e) by ring. split.
        -- replace (ofQ q * a + dot w x - (ofQ q * b + dot w y)) with (ofQ q * a - ofQ q * b + (dot w x - dot w y)) by ring.
           apply fle_add2; assumption.
        -- replace (ofQ q * b + dot w y - (ofQ q * a + dot w x)) with (ofQ q * b - ofQ q * a + (dot w y - dot w x)) by ring.
           apply fle_add2; assumption.
Qed.
Lemma affine_near u : exists c : K, 0 <= c /\ lipschitz_with c (affine u).
Proof.
  destruct (dot_near (weights u)) as [c [C0 C]]. exists c. split; [exact C0|]. intros e x y He H.
  destruct (C e x y He H) as [D1 D2]. unfold affine. split.
  - replace (dot (weights u) x + ofQ (bias u) - (dot (weights u) y + ofQ (bias u))) with (dot (weights u) x - dot (weights u) y) by ring. exact D1.
  - replace (dot (weights u) y + ofQ (bias u) - (dot (weights u) x + ofQ (bias u))) with (dot (weights u) y - dot (weights u) x) by ring. exact D2.
Qed.
Lemma relu_near (a b e : K) : 0 <= e -> a - b <= e -> relu a - relu b <= e.
Proof.
  intros He H. destruct (fle_total K a 0) as [L|L].
  - rewrite (relu_neg _ _ L). apply fle_trans with 0; [|exact He]. replace (0 - relu b) with (- relu b) by ring.
    apply fle_opp_0, relu_nonneg.
  - rewrite (relu_pos _ _ L). apply fle_trans with (a - b); [|exact H]. apply fle_from_diff.
    replace (a - b - (a - relu b)) with (relu b - b) by ring. apply fle_diff, fmax_le_l.
Qed.
Lemma layer_near l : exists c : K, 0 <= c /\ forall (e : K) x y, 0 <= e -> near e x y -> near (c * e) (apply_layer x l) (apply_layer y l).
Proof.
  induction l as [|u l [c [C0 C]]].
  - exists 0. split; [apply fle_refl|]. intros. constructor.
  - destruct (affine_near u) as [b [B0 B]]. exists (b + c). split.
    + replace 0 with (0 + 0 : K) by ring. apply fle_add2; assumption.
    + intros e x y He H. assert (P : forall p : K, 0 <= p -> 0 <= p * e) by (intros; apply fle_mul; assumption).
      assert (W : forall p q r : K, 0 <= q -> r <= p * e -> r <= (p + q) * e).
      { intros p q r Hq Hr. replace ((p + q) * e) with (p * e + q * e) by ring. replace r with (r + 0) by ring.
        apply fle_add2; [exact Hr|apply P, Hq]. }
      constructor.
      * destruct (B e x y He H) as [D1 D2]. split; apply W; try exact C0; apply relu_near; auto.
      * specialize (C e x y He H). unfold near in *. fold (apply_layer x l). fold (apply_layer y l).
        assert (Z : forall v w, Forall2 (fun a b : K => a - b <= c * e /\ b - a <= c * e) v w ->
          Forall2 (fun a b0 : K => a - b0 <= (b + c) * e /\ b0 - a <= (b + c) * e) v w).
        { intros v w F. induction F as [|p q v w [F1 F2] F IF]; constructor; [|exact IF].
          replace (b + c) with (c + b) by ring. split; apply W; assumption. }
        apply Z, C.
Qed.
Theorem lipschitz N : exists c : K, 0 <= c /\ lipschitz_with c (eval N).
Proof.
  destruct N as [ls out]. unfold eval. cbn [hidden output]. induction ls as [|l ls IH]; cbn [fold_left].
  - apply affine_near.
  - destruct IH as [c [C0 C]]. destruct (layer_near l) as [b [B0 B]]. exists (c * b). split; [apply fle_mul; assumption|].
    intros e x y He H. destruct (C (b * e) (apply_layer x l) (apply_layer y l)) as [D1 D2].
    + apply fle_mul; assumption.
    + apply B; assumption.
    + replace (c * b * e) with (c * (b * e)) by ring. split; assumption.
Qed.

Theorem step_is_no_network d N : (0 < d)%nat -> ~ is_step d (eval N).
Proof.
  intros Hd H. destruct (lipschitz N) as [c [C0 C]]. set (p := c + 1 + 1). set (t := finv p).
  assert (P0 : 1 <= p).
  { unfold p. replace 1 with (0 + 1 : K) at 1 by ring. apply fle_add2; [|apply fle_refl].
    replace 0 with (0 + 0 : K) by ring. apply fle_add2; [exact C0|apply fle_0_1]. }
  assert (Pn : p <> 0) by (intros E; rewrite E in P0; apply one_positive, P0).
  assert (T : t * p = 1) by (apply finv_l, Pn).
  assert (Pp : 0 <= p) by (apply fle_trans with 1; [apply fle_0_1|exact P0]).
  assert (Tp : positive t).
  { intros L. apply one_positive. rewrite <- T. replace (t * p) with (- (p * - t)) by ring. apply fle_opp_0, fle_mul; [exact Pp|].
    apply fle_0_opp, L. }
  assert (T0 : 0 <= t) by (destruct (fle_total K 0 t) as [L|L]; [exact L|contradiction]).
  assert (M : forall a : K, maximum (repeat a d) = a).
  { intros a. assert (In (maximum (repeat a d)) (repeat a d)) as I.
    { apply maximum_is_max. destruct d; [lia|discriminate]. }
    apply repeat_spec in I. exact I. }
  destruct (H (repeat 0 d) (repeat_length _ _)) as [H0 _]. destruct (H (repeat t d) (repeat_length _ _)) as [_ H1].
  rewrite M in H0, H1. specialize (H0 (fle_refl K 0)). specialize (H1 Tp).
  destruct (C t (repeat t d) (repeat 0 d) T0) as [D _].
  - clear - T0. unfold near. induction d as [|n IH]; constructor; [|exact IH]. split.
    + replace (t - 0) with t by ring. apply fle_refl.
    + replace (0 - t) with (- t) by ring. apply fle_trans with 0; [apply fle_opp_0|]; assumption.
  - rewrite H0, H1 in D. replace (1 - 0) with (t * p) in D by (rewrite T; ring). apply Tp.
    apply fle_from_diff. replace (0 - t) with ((c * t - t * p) + t) by (unfold p; ring).
    replace 0 with (0 + 0 : K) by ring. apply fle_add2; [apply fle_diff, D|exact T0].
Qed.
End Field.

(** Theorem 1: one hidden layer of d neurons. *)
Definition sign_network (d : nat) : network :=
  Network [map (fun i => int_neuron (unit_ d i)) (seq 0 d)] (Neuron (repeat (1 # 1) d) (0 # 1)).

Lemma sign_network_value (K : ofield) d (x : list K) : length x = d -> eval (sign_network d) x = sum (@relu K) x.
Proof.
  intros <-. unfold eval, sign_network, apply_layer. cbn [hidden output fold_left]. rewrite map_map.
  rewrite (map_ext _ (fun i => relu (nth i x f0))).
  - rewrite <- (map_map (fun i => nth i x f0) relu), nth_seq.
    unfold affine. cbn [weights bias]. rewrite ofQ_Z, ofZ_0.
    pose proof (f_ring K) as R. destruct R.
    transitivity (dot (repeat (1 # 1) (length x)) (map relu x)).
    + rewrite Radd_comm. apply Radd_0_l.
    + induction x as [|a x IH]; [reflexivity|]. cbn [length repeat map dot sum]. rewrite IH, ofQ_Z, ofZ_1, Rmul_1_l. reflexivity.
  - intros i. rewrite affine_int, zdot_unit. reflexivity.
Qed.

Theorem theorem_1 d :
  well_formed d (sign_network d) /\ map (@length neuron) (hidden (sign_network d)) = [d] /\
  forall K : ofield, decides_sign K d (eval (sign_network d)).
Proof.
  split; [|split].
  - unfold well_formed, sign_network. cbn [hidden output well_formed_from]. rewrite map_length, seq_length. split.
    + intros u Hu. apply in_map_iff in Hu. destruct Hu as [i [<- _]]. unfold int_neuron. cbn [weights]. rewrite map_length. apply unit_length.
    + apply repeat_length.
  - unfold sign_network. cbn [hidden map]. rewrite map_length, seq_length. reflexivity.
  - intros K x Hx. rewrite sign_network_value by exact Hx. apply sum_relu_sign.
Qed.
