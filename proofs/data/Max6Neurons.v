(** * The identity for 6 inputs, symmetric within blocks of 2, 2 and 2, checked

    Written by [make_data.py] from [max6-neurons.json]; not to be edited. *)

From Coq Require Import List ZArith NArith.
From Maxpooling Require Import OrderedField Network Identity Verify Merge.
Import ListNotations.
Open Scope Z_scope.

(** All coefficients times [scale], which includes the number of renamings. *)
Definition max6 : identity := {|
  labels := [0; 0; 1; 1; 2; 2]%nat;
  scale := 48;
  pairs := [];
  terms := [
    Term (2) [(0, 2); (0, 3)]%nat [(0, 4); (1, 5)]%nat;
    Term (2) [(0, 2); (1, 3)]%nat [(0, 4); (0, 5)]%nat;
    Term (2) [(0, 2); (1, 2)]%nat [(2, 4); (3, 5)]%nat;
    Term (2) [(0, 2); (1, 3)]%nat [(2, 4); (2, 5)]%nat;
    Term (2) [(0, 4); (1, 4)]%nat [(2, 4); (3, 5)]%nat;
    Term (2) [(0, 4); (1, 5)]%nat [(2, 4); (3, 4)]%nat;
    Term (-1) [(0, 2); (0, 3)]%nat [(1, 4); (1, 5)]%nat;
    Term (-1) [(0, 2); (1, 2)]%nat [(3, 4); (3, 5)]%nat;
    Term (-1) [(0, 4); (1, 4)]%nat [(2, 5); (3, 5)]%nat;
    Term (-4) [(0, 2); (3, 4)]%nat [(0, 4); (1, 5)]%nat;
    Term (-4) [(0, 2); (1, 3)]%nat [(0, 4); (2, 5)]%nat;
    Term (-4) [(0, 2); (1, 4)]%nat [(2, 4); (3, 5)]%nat;
    Term (4) [(0, 1)]%nat [(2, 4)]%nat;
    Term (4) [(0, 2)]%nat [(4, 5)]%nat;
    Term (4) [(0, 4)]%nat [(2, 3)]%nat] |}.

Lemma checked : check max6 = true.
Proof. vm_cast_no_check (eq_refl true). Qed.

Theorem max6_two_hidden_layers :
  exists N : network, length (hidden N) = 2%nat /\ well_formed 6 N /\
    forall K : ofield, computes_max K 6 N.
Proof.
  exists (max_network max6). split; [reflexivity|split; [apply network_well_formed|]].
  intros K. exact (network_computes_max _ checked K).
Qed.

(** Equal comparisons merged, the second hidden layer has 66 and two neurons more. *)
Lemma width_checked : check_width max6 66 = true.
Proof. vm_cast_no_check (eq_refl true). Qed.

Theorem max6_width :
  exists N : network, well_formed 6 N /\ (forall K : ofield, computes_max K 6 N)
    /\ map (fun l => N.of_nat (length l)) (hidden N) = [22%N; 68%N].
Proof.
  exists (small_network max6). split; [apply network_well_formed|split].
  - intros K. exact (small_network_computes_max _ checked _ width_checked K).
  - exact (small_network_widths _ _ width_checked).
Qed.
