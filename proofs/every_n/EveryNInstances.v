(** * Two hidden layers take the max of n numbers, over the reals and over the rationals *)

From Coq Require Import List Qcanon Reals Lia.
From Maxpooling Require Import OrderedField Network Instances Maximum EveryN.
Import ListNotations.

(** Over the reals of the standard library; [maximum] takes [Rmax] one after the other. *)
Corollary every_n_over_the_reals (n : nat) : (1 <= n)%nat ->
  exists N : network, length (hidden N) = 2%nat /\ well_formed n N /\
    forall x : list R, length x = n -> @eval reals N x = @maximum reals x.
Proof.
  intros Hn. destruct (two_hidden_layers_for_every_n n Hn) as [N [H1 [H2 H3]]].
  exists N. repeat split; try assumption. intros x Hx. apply (is_max_unique reals) with x; [apply (H3 reals), Hx|].
  apply maximum_is_max. intros ->. simpl in Hx. lia.
Qed.

(** The same over the rationals, where it can be run. *)
Corollary every_n_over_the_rationals (n : nat) : (1 <= n)%nat ->
  exists N : network, length (hidden N) = 2%nat /\ well_formed n N /\
    forall x : list Qc, length x = n -> @eval rationals N x = @maximum rationals x.
Proof.
  intros Hn. destruct (two_hidden_layers_for_every_n n Hn) as [N [H1 [H2 H3]]].
  exists N. repeat split; try assumption. intros x Hx. apply (is_max_unique rationals) with x; [apply (H3 rationals), Hx|].
  apply maximum_is_max. intros ->. simpl in Hx. lia.
Qed.
