(** * The max of up to ten numbers by the identities found

    Every n has two hidden layers ([EveryN.v]); this is the older and separate proof for up to ten,
    each n by the computation that checks its identity. *)

From Coq Require Import List ZArith Lia.
From Maxpooling Require Import OrderedField Network Deeper.
From Maxpooling Require Max5 Max6 Max7 Max8 Max9 Max10.
Import ListNotations.

Theorem two_hidden_layers (n : nat) : (1 <= n <= 10)%nat ->
  exists N : network, length (hidden N) = 2%nat /\ well_formed n N /\ forall K : ofield, computes_max K n N.
Proof.
  intros H. assert (C : n = 5%nat \/ n = 6%nat \/ n = 7%nat \/ n = 8%nat \/ n = 9%nat \/ (n <= 10)%nat) by lia.
  destruct C as [-> | [-> | [-> | [-> | [-> | C]]]]].
  - exact Max5.max5_two_hidden_layers.
  - exact Max6.max6_two_hidden_layers.
  - exact Max7.max7_two_hidden_layers.
  - exact Max8.max8_two_hidden_layers.
  - exact Max9.max9_two_hidden_layers.
  - apply (fewer_inputs 2 10 n); [lia|]. exact Max10.max10_two_hidden_layers.
Qed.

(** One more hidden layer for each doubling: three reach 20 inputs, four reach 40, ... *)
Theorem more_hidden_layers (j n : nat) : (1 <= n <= 10 * 2 ^ j)%nat ->
  exists N : network, length (hidden N) = (j + 2)%nat /\ well_formed n N /\ forall K : ofield, computes_max K n N.
Proof. apply all_depths. exact Max10.max10_two_hidden_layers. Qed.
