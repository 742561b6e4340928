(** * The same with the identity for five inputs: checked in a second *)

From Coq Require Import List Arith ZArith QArith Lia.
From Maxpooling Require Import OrderedField Network Identity Verify Deeper Substitution.
From Maxpooling Require Max5 Max6.
Import ListNotations.

(** From g inputs with k hidden layers to 5 * (g / 2), and to 6 * (g / 2), with k + 1. *)
Corollary five_groups k g : (2 <= g)%nat -> can k g -> can (S k) (5 * (g / 2)).
Proof. exact (substitution Max5.max5 k g Max5.checked). Qed.
Corollary six_groups k g : (2 <= g)%nat -> can k g -> can (S k) (6 * (g / 2)).
Proof. exact (substitution Max6.max6 k g Max6.checked). Qed.

(** So with six inputs already: 18 in three hidden layers, 54 in four (doubling: 12 and 24). *)
Corollary six_times_powers_of_three j n : (1 <= n <= 6 * 3 ^ j)%nat -> can (j + 2) n.
Proof.
  intros H. apply (substitution_often Max6.max6 2 3 3 Max6.checked eq_refl ltac:(lia) Max6.max6_two_hidden_layers j n).
  lia.
Qed.
