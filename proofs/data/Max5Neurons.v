(** * The identity for 5 inputs, symmetric within blocks of 1, 1, 1, 1 and 1, checked

    Written by [make_data.py] from [max5-neurons.json]; not to be edited. *)

From Coq Require Import List ZArith NArith.
From Maxpooling Require Import OrderedField Network Identity Verify Merge.
Import ListNotations.
Open Scope Z_scope.

(** All coefficients times [scale], which includes the number of renamings. *)
Definition max5 : identity := {|
  labels := [0; 1; 2; 3; 4]%nat;
  scale := 4;
  pairs := [];
  terms := [
    Term (1) [(0, 2); (0, 2)]%nat [(0, 4); (2, 4)]%nat;
    Term (-2) [(0, 2); (1, 3)]%nat [(0, 4); (1, 2)]%nat;
    Term (2) [(0, 2); (2, 3)]%nat [(1, 2); (2, 4)]%nat;
    Term (2) [(0, 3); (0, 3)]%nat [(1, 4); (1, 4)]%nat;
    Term (-2) [(0, 4); (2, 3)]%nat [(1, 3); (2, 4)]%nat;
    Term (1) [(1, 1); (1, 1)]%nat [(2, 3); (2, 3)]%nat] |}.

Lemma checked : check max5 = true.
Proof. vm_cast_no_check (eq_refl true). Qed.

Theorem max5_two_hidden_layers :
  exists N : network, length (hidden N) = 2%nat /\ well_formed 5 N /\
    forall K : ofield, computes_max K 5 N.
Proof.
  exists (max_network max5). split; [reflexivity|split; [apply network_well_formed|]].
  intros K. exact (network_computes_max _ checked K).
Qed.

(** Equal comparisons merged, the second hidden layer has 6 and two neurons more. *)
Lemma width_checked : check_width max5 6 = true.
Proof. vm_cast_no_check (eq_refl true). Qed.

Theorem max5_width :
  exists N : network, well_formed 5 N /\ (forall K : ofield, computes_max K 5 N)
    /\ map (fun l => N.of_nat (length l)) (hidden N) = [16%N; 8%N].
Proof.
  exists (small_network max5). split; [apply network_well_formed|split].
  - intros K. exact (small_network_computes_max _ checked _ width_checked K).
  - exact (small_network_widths _ _ width_checked).
Qed.
