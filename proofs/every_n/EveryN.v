(** * Two hidden layers take the max of n numbers, for every n

    The identity of [EveryIdentity.v] as a ReLU network. The first hidden layer is that of every
    other identity here ([first_forms]); the second holds relu(phi) and relu(- phi) for each term
    q |phi|, and relu(s), relu(- s) for the sum s of the inputs. *)

From Coq Require Import List Arith ZArith QArith Ring Lia.
From Maxpooling Require Import OrderedField Network Assignments Ranks Relabel Checker Forms Identity Deeper
  Laurent EveryIdentity.
Import ListNotations.
Open Scope list_scope.

Section Construction.
Variable n : nat.
Hypothesis Hn : (1 <= n)%nat.
Variable P : T.

(** The identity does not say that only inputs below n occur in it. So every other index is
    replaced by 0, in the terms and in the point alike. *)
Definition clip (i : nat) : nat := if (i <? n)%nat then i else O.
Definition clipped (m : mono) : list (pair * Z) :=
  map (fun e => ((clip (fst (snd e)), clip (snd (snd e))), fst e)) m.
Definition all_inputs (l : list nat) : list (pair * Z) := map (fun i => ((clip i, clip i), 1%Z)) l.

Definition both_signs (w : form) : list form := [w; vscale (-1) w].
Definition form_of (e : Q * (mono * Z)) : form := read_linear n (clipped (fst (snd e))).
Definition sum_form : form := read_linear n (all_inputs (seq 0 n)).
Definition one_over_n : Q := Qinv (inject_Z (Z.of_nat n)).
Definition max_net : net2 :=
  Net2 (map int_neuron (first_forms n))
       (map int_neuron (flat_map (fun e => both_signs (form_of e)) P ++ both_signs sum_form))
       (flat_map (fun e => [fst e * (1 # 2); fst e * (1 # 2)]%Q) P ++ [one_over_n; Qopp one_over_n]).

Lemma clip_below i : (clip i < n)%nat.
Proof. unfold clip. destruct (i <? n)%nat eqn:E; [apply Nat.ltb_lt, E|lia]. Qed.
Lemma clip_id i : (i < n)%nat -> clip i = i.
Proof. intros H. unfold clip. apply Nat.ltb_lt in H. rewrite H. reflexivity. Qed.
Lemma clipped_in_range m : in_range n (clipped m) [].
Proof.
  split; [|intros c []]. intros e He. unfold clipped in He. rewrite map_map in He.
  apply in_map_iff in He. destruct He as [d [<- _]]. split; apply clip_below.
Qed.
Lemma all_inputs_in_range l : in_range n (all_inputs l) [].
Proof.
  split; [|intros c []]. intros e He. unfold all_inputs in He. rewrite map_map in He.
  apply in_map_iff in He. destruct He as [i [<- _]]. split; apply clip_below.
Qed.

Lemma read_linear_length lin : length (read_linear n lin) = width1 n.
Proof. apply fold_vadd_length. intros e. rewrite vscale_length. apply read_pair_length. Qed.

Lemma max_net_well_formed : wf2 n max_net.
Proof.
  repeat split; unfold max_net; cbn [layer1 layer2 out2].
  - destruct (network_well_formed n 1 [] []) as [F _]. exact F.
  - rewrite map_length. fold (width1 n). intros u Hu. apply in_map_iff in Hu. destruct Hu as [w [<- Hw]].
    unfold int_neuron. cbn [weights]. rewrite map_length.
    apply in_app_iff in Hw. destruct Hw as [Hw|Hw].
    + apply in_flat_map in Hw. destruct Hw as [e [_ [<-|[<-|[]]]]]; rewrite ?vscale_length; apply read_linear_length.
    + destruct Hw as [<-|[<-|[]]]; rewrite ?vscale_length; apply read_linear_length.
  - rewrite map_length, !app_length. f_equal.
    induction P as [|e p IH]; [reflexivity|]. cbn [flat_map both_signs app length]. rewrite IH. reflexivity.
Qed.

Section Value.
Variable K : ofield.
Add Ring K_ring : (f_ring K).
Local Open Scope of_scope.
Variable x : list K.
Hypothesis Hx : length x = n.
Definition point (i : nat) : K := nth (clip i) x 0.

Lemma clipped_value m : weigh (pair_max x) (clipped m) = mval point m.
Proof.
  unfold weigh. induction m as [|[z [i j]] m IH]; [reflexivity|]. cbn [clipped map sum fst snd mval].
  unfold clipped in IH. rewrite IH. reflexivity.
Qed.
Lemma all_inputs_value l : weigh (pair_max x) (all_inputs l) = total K point l.
Proof.
  unfold weigh. induction l as [|i l IH]; [reflexivity|]. cbn [all_inputs map sum fst snd total].
  unfold all_inputs in IH. rewrite IH, ofZ_1. unfold pair_max. cbn [fst snd].
  rewrite fmax_l by apply fle_refl. unfold entry, point. ring.
Qed.

Lemma fabs_relu (a : K) : fabs K a = relu a + relu (- a).
Proof.
  destruct (fle_total K a 0) as [H|H].
  - rewrite relu_neg by exact H. rewrite relu_pos by (apply fle_0_opp, H).
    rewrite <- (fabs_neg K (- a)) by (apply fle_0_opp, H). replace (- - a) with a by ring. ring.
  - rewrite relu_pos by exact H. rewrite relu_neg by (apply fle_opp_0, H). rewrite fabs_pos by exact H. ring.
Qed.

Let y := y1 n K x.
Lemma form_value e : zdot (form_of e) y = mval point (fst (snd e)).
Proof.
  unfold form_of, y. rewrite <- clipped_value. apply read_linear_value with []; [exact Hx|apply clipped_in_range].
Qed.
Lemma sum_value : zdot sum_form y = total K point (seq 0 n).
Proof.
  unfold sum_form, y. rewrite <- all_inputs_value.
  apply read_linear_value with []; [exact Hx|apply all_inputs_in_range].
Qed.

Definition out (w : form) : K := relu (zdot w y).
Lemma halves : ofQ (1 # 2) + ofQ (1 # 2) = 1 :> K.
Proof. rewrite <- ofQ_add, <- ofQ_1. apply ofQ_ext. reflexivity. Qed.
Lemma with_halves (h a t : K) : h + h = 1 -> (1 + 1) * (a + h * t) = (1 + 1) * a + t.
Proof. intros H. transitivity ((1 + 1) * a + (h + h) * t); [ring|]. rewrite H. ring. Qed.
Lemma terms_value :
  dot (flat_map (fun e => [fst e * (1 # 2); fst e * (1 # 2)]%Q) P)
      (map out (flat_map (fun e => both_signs (form_of e)) P))
  = ofQ (1 # 2) * tev point (habs K) P.
Proof.
  unfold tev. induction P as [|e p IH]; [cbn [flat_map map dot sum]; ring|].
  cbn [flat_map both_signs app map dot sum]. rewrite IH. unfold out.
  rewrite zdot_vscale, ofZ_m1, form_value, ofQ_mul. unfold habs. rewrite fabs_relu.
  replace (- (1) * mval point (fst (snd e))) with (- mval point (fst (snd e))) by ring. ring.
Qed.

Lemma max_net_value :
  eval2 max_net x = ofQ one_over_n * total K point (seq 0 n) + ofQ (1 # 2) * tev point (habs K) P.
Proof.
  unfold eval2, max_net. cbn [layer1 layer2 out2]. rewrite apply_first. fold y.
  unfold apply_layer. rewrite map_map, (map_ext _ out) by (intros w; rewrite affine_int; reflexivity).
  rewrite map_app, dot_app.
  - rewrite terms_value. cbn [both_signs map dot]. unfold out.
    rewrite zdot_vscale, ofZ_m1, sum_value, ofQ_opp.
    set (s := total K point (seq 0 n)). rewrite (relu_opp K s).
    replace (- (1) * s) with (- s) by ring. ring.
  - rewrite map_length. clear. induction P as [|e p IH]; [reflexivity|].
    cbn [flat_map both_signs app length]. rewrite IH. reflexivity.
Qed.
End Value.
End Construction.

(** Two networks with two hidden layers can be put beside each other; hence this form. *)
Lemma every_n_beside (n : nat) : (1 <= n)%nat ->
  exists N : net2, wf2 n N /\ forall (K : ofield) (x : list K), length x = n -> is_max (eval2 N x) x.
Proof.
  intros Hn. destruct (identity_for_every_n n Hn) as [P HP].
  exists (max_net n P). split; [apply max_net_well_formed|].
  intros K x Hx. rewrite max_net_value by assumption.
  destruct (HP K (point n K x)) as [j [Hj [Hm E]]].
  set (v := (ofQ (one_over_n n) * _ + _)%of).
  assert (V : v = point n K x j).
  { apply fmul_cancel with (ofZ 2); [apply ofZ_pos_neq_0; lia|].
    change 2%Z with (1 + 1)%Z. rewrite ofZ_add, ofZ_1, E. apply with_halves, halves. }
  rewrite V. split.
  - apply nth_In. rewrite Hx. apply clip_below, Hn.
  - intros a Ha. apply (In_nth _ _ f0) in Ha. destruct Ha as [i [Hi <-]]. rewrite Hx in Hi.
    specialize (Hm i Hi). unfold point at 1 in Hm. rewrite clip_id in Hm by exact Hi. exact Hm.
Qed.

(** The theorem, with everything in it from [Network.v] and [OrderedField.v] only. *)
Theorem two_hidden_layers_for_every_n (n : nat) : (1 <= n)%nat ->
  exists N : network, length (hidden N) = 2%nat /\ well_formed n N /\ forall K : ofield, computes_max K n N.
Proof.
  intros Hn. destruct (every_n_beside n Hn) as [N [W E]]. exists (to_network N).
  split; [reflexivity|]. split; [apply wf2_network, W|].
  intros K x Hx. rewrite eval2_network. apply E, Hx.
Qed.
