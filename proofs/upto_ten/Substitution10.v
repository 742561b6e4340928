(** * With the identity for ten inputs, each further hidden layer multiplies the inputs by five *)

From Coq Require Import List Arith ZArith QArith Lia.
From Maxpooling Require Import OrderedField Network Identity Verify Deeper Substitution.
From Maxpooling Require Max10.
Import ListNotations.

(** j + 2 hidden layers for every n up to 10 * 5^j: 10, 50, 250, 1250, ... *)
Theorem ten_times_powers_of_five (j n : nat) : (1 <= n <= 10 * 5 ^ j)%nat ->
  exists N : network, length (hidden N) = (j + 2)%nat /\ well_formed n N /\ forall K : ofield, computes_max K n N.
Proof.
  intros H. apply (substitution_often Max10.max10 2 5 5 Max10.checked eq_refl ltac:(lia) Max10.max10_two_hidden_layers j n).
  lia.
Qed.

Corollary fifty_in_three :
  exists N : network, length (hidden N) = 3%nat /\ well_formed 50 N /\ forall K : ofield, computes_max K 50 N.
Proof. apply (ten_times_powers_of_five 1 50). cbn [Nat.pow]. lia. Qed.
Corollary two_hundred_and_fifty_in_four :
  exists N : network, length (hidden N) = 4%nat /\ well_formed 250 N /\ forall K : ofield, computes_max K 250 N.
Proof. apply (ten_times_powers_of_five 2 250). cbn [Nat.pow]. lia. Qed.

(** The usual pools of 7 by 7 inputs. *)
Corollary pool_7_by_7 :
  exists N : network, length (hidden N) = 3%nat /\ well_formed 49 N /\ forall K : ofield, computes_max K 49 N.
Proof. apply (ten_times_powers_of_five 1 49). cbn [Nat.pow]. lia. Qed.
