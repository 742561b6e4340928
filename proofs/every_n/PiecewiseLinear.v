(** * Two hidden layers for every combination of maxima of affine functions

    By a theorem of Wang and Sun (2005), which is not proved here, every continuous piecewise linear
    function of d variables is a combination of maxima of at most d + 1 affine functions. Given that,
    [combination_of_maxima] says that two hidden layers suffice for every such function. *)

From Coq Require Import List Arith ZArith QArith Ring Lia.
From Maxpooling Require Import OrderedField Network Maximum Deeper EveryN.
Import ListNotations.
Open Scope list_scope.

(** The neuron [u] on the values of the affine functions [W], as a neuron on what these read. *)
Fixpoint weights_through (n : nat) (u : list Q) (W : list neuron) : list Q :=
  match u, W with
  | q :: u', w :: W' => qadd (map (Qmult q) (weights w)) (weights_through n u' W')
  | _, _ => repeat (0 # 1) n
  end.
Fixpoint bias_through (u : list Q) (W : list neuron) : Q :=
  match u, W with
  | q :: u', w :: W' => (q * bias w + bias_through u' W')%Q
  | _, _ => (0 # 1)%Q
  end.
Definition affine_through (n : nat) (W : list neuron) (u : neuron) : neuron :=
  Neuron (weights_through n (weights u) W) (bias_through (weights u) W + bias u)%Q.
Definition scaled_through (n : nat) (q : Q) (W : list neuron) (N : net2) : net2 :=
  Net2 (map (affine_through n W) (layer1 N)) (layer2 N) (map (Qmult q) (out2 N)).

Lemma weights_through_length n u W : (forall w, In w W -> length (weights w) = n) ->
  length (weights_through n u W) = n.
Proof.
  revert W. induction u as [|q u IH]; intros [|w W] H; cbn [weights_through]; try apply repeat_length.
  apply qadd_length.
  - rewrite map_length. apply H. left. reflexivity.
  - apply IH. intros v Hv. apply H. right. exact Hv.
Qed.

Lemma scaled_through_well_formed n q W N : (forall w, In w W -> length (weights w) = n) ->
  wf2 (length W) N -> wf2 n (scaled_through n q W N).
Proof.
  intros HW [H1 [H2 H3]]. repeat split; unfold scaled_through; cbn [layer1 layer2 out2].
  - intros u Hu. apply in_map_iff in Hu. destruct Hu as [v [<- _]]. apply weights_through_length, HW.
  - rewrite map_length. exact H2.
  - rewrite map_length. exact H3.
Qed.

Section Values.
Variable K : ofield.
Add Ring K_ring : (f_ring K).
Local Open Scope of_scope.

Lemma dot_scaled q w (x : list K) : dot (map (Qmult q) w) x = ofQ q * dot w x.
Proof.
  revert x. induction w as [|a w IH]; intros [|b x]; cbn [map dot]; try ring.
  rewrite IH, ofQ_mul. ring.
Qed.
Lemma ofQ_zero : ofQ (0 # 1) = 0 :> K.
Proof. rewrite ofQ_Z. apply ofZ_0. Qed.

Lemma affine_through_value n W u (x : list K) :
  affine (affine_through n W u) x = affine u (map (fun w => affine w x) W).
Proof.
  unfold affine, affine_through. cbn [weights bias]. destruct u as [u b]. cbn [weights bias].
  rewrite ofQ_add. revert W. induction u as [|q u IH]; intros [|w W]; cbn [weights_through bias_through map dot];
    rewrite ?dot_zeros, ?ofQ_zero; try ring.
  rewrite dot_qadd, dot_scaled, ofQ_add, ofQ_mul. specialize (IH W).
  transitivity (ofQ q * (dot (weights w) x + ofQ (bias w))
                + (dot (weights_through n u W) x + (ofQ (bias_through u W) + ofQ b))); [ring|].
  rewrite IH. ring.
Qed.

Lemma scaled_through_value n q W N (x : list K) :
  eval2 (scaled_through n q W N) x = ofQ q * eval2 N (map (fun w => affine w x) W).
Proof.
  unfold eval2, scaled_through. cbn [layer1 layer2 out2]. rewrite dot_scaled. f_equal. f_equal.
  apply (f_equal (fun v => apply_layer v (layer2 N))). unfold apply_layer. rewrite map_map.
  apply map_ext. intros u. rewrite affine_through_value. reflexivity.
Qed.

(** The value of a combination: sum of q times the max of affine functions. *)
Definition maxima (c : list (Q * list neuron)) (x : list K) : K :=
  sum (fun t => ofQ (fst t) * maximum (map (fun w => affine w x) (snd t))) c.
End Values.
Arguments maxima {K} c x.

(** All affine functions of a combination are of n variables, and no maximum is of none. *)
Definition of_variables (n : nat) (c : list (Q * list neuron)) : Prop :=
  forall t, In t c -> snd t <> [] /\ forall w, In w (snd t) -> length (weights w) = n.

Lemma combination_beside (n : nat) (c : list (Q * list neuron)) : of_variables n c ->
  exists N : net2, wf2 n N /\ forall (K : ofield) (x : list K), eval2 N x = maxima c x.
Proof.
  induction c as [|[q W] c IH]; intros H.
  - exists zero_net. split; [apply wf2_zero|]. intros K x. reflexivity.
  - destruct IH as [M [HM EM]]; [intros t Ht; apply H; right; exact Ht|].
    destruct (H (q, W) (or_introl eq_refl)) as [HW HL]. cbn [snd] in HW, HL.
    destruct (every_n_beside (length W)) as [N [HN EN]]; [destruct W; [contradiction|cbn [length]; lia]|].
    pose proof (scaled_through_well_formed n q W N HL HN) as HS.
    exists (beside (scaled_through n q W N) M). split; [apply wf2_beside; assumption|].
    intros K x. rewrite (eval2_beside _ n) by assumption. rewrite EM, scaled_through_value.
    unfold maxima. cbn [sum fst snd]. do 2 f_equal.
    apply (is_max_unique K) with (map (fun w => affine w x) W).
    + apply EN, map_length.
    + apply maximum_is_max. destruct W; [contradiction|discriminate].
Qed.

Theorem combination_of_maxima (n : nat) (c : list (Q * list neuron)) : of_variables n c ->
  exists N : network, length (hidden N) = 2%nat /\ well_formed n N /\
    forall (K : ofield) (x : list K), eval N x = maxima c x.
Proof.
  intros H. destruct (combination_beside n c H) as [N [W E]]. exists (to_network N).
  split; [reflexivity|]. split; [apply wf2_network, W|]. intros K x. rewrite eval2_network. apply E.
Qed.

(** Every piecewise linear function of n variables in two hidden layers, given that each is such a
    combination: [is_combination] is the hypothesis, for whatever is meant by piecewise linear. The
    weights are rational, as everywhere here, so the functions are those with rational pieces. *)
Corollary piecewise_linear (K : ofield) (n : nat) (piecewise : (list K -> K) -> Prop)
  (is_combination : forall f, piecewise f -> exists c, of_variables n c /\ forall x, length x = n -> f x = maxima c x) :
  forall f, piecewise f ->
  exists N : network, length (hidden N) = 2%nat /\ well_formed n N /\ forall x, length x = n -> eval N x = f x.
Proof.
  intros f Hf. destruct (is_combination f Hf) as [c [Hc E]].
  destruct (combination_of_maxima n c Hc) as [N [H1 [H2 H3]]]. exists N. repeat split; try assumption.
  intros x Hx. rewrite E by exact Hx. apply H3.
Qed.
