(** * The identity for 8 inputs, checked

    Written by [make_data.py] from [max8-symmetric.json]; not to be edited. *)

From Coq Require Import List ZArith NArith.
From Maxpooling Require Import OrderedField Network Identity Verify Merge.
Import ListNotations.
Open Scope Z_scope.

(** All coefficients times [scale], which includes the number of renamings. *)
Definition max8 : identity := {|
  labels := [0; 0; 0; 0; 0; 0; 0; 0]%nat;
  scale := 1209600;
  pairs := [];
  terms := [
    Term (36) [(0, 1); (0, 1)]%nat [(2, 3); (4, 5)]%nat;
    Term (-144) [(0, 1); (0, 2)]%nat [(1, 2); (3, 4)]%nat;
    Term (12) [(0, 1); (0, 2)]%nat [(3, 4); (3, 5)]%nat;
    Term (-12) [(0, 1); (0, 2)]%nat [(3, 4); (5, 6)]%nat;
    Term (-75) [(0, 1); (2, 3)]%nat [(0, 2); (1, 3)]%nat;
    Term (-48) [(0, 1); (2, 3)]%nat [(0, 2); (4, 5)]%nat;
    Term (-9) [(0, 1); (2, 3)]%nat [(4, 5); (6, 7)]%nat;
    Term (100) [(0, 0); (0, 0); (0, 1)]%nat [(1, 2); (1, 2); (1, 2)]%nat;
    Term (24) [(0, 1); (0, 2); (0, 3)]%nat [(0, 4); (0, 5); (6, 7)]%nat;
    Term (-24) [(0, 1); (0, 2); (0, 3)]%nat [(0, 4); (4, 5); (6, 7)]%nat;
    Term (-12) [(0, 1); (0, 2); (0, 3)]%nat [(0, 4); (5, 6); (5, 7)]%nat;
    Term (-2) [(0, 1); (0, 2); (0, 3)]%nat [(4, 5); (4, 6); (4, 7)]%nat;
    Term (12) [(0, 1); (0, 2); (0, 3)]%nat [(4, 5); (4, 6); (5, 7)]%nat;
    Term (72) [(0, 1); (0, 2); (1, 3)]%nat [(0, 3); (1, 2); (4, 5)]%nat;
    Term (36) [(0, 1); (0, 2); (1, 3)]%nat [(0, 4); (1, 5); (6, 7)]%nat;
    Term (-36) [(0, 1); (0, 2); (1, 3)]%nat [(0, 4); (5, 6); (5, 7)]%nat;
    Term (-72) [(0, 1); (0, 2); (3, 4)]%nat [(0, 3); (0, 5); (6, 7)]%nat;
    Term (72) [(0, 1); (0, 2); (3, 4)]%nat [(0, 3); (3, 5); (6, 7)]%nat;
    Term (-24) [(0, 1); (0, 2); (3, 4)]%nat [(0, 3); (4, 5); (6, 7)]%nat;
    Term (12) [(0, 1); (0, 2); (3, 4)]%nat [(0, 3); (5, 6); (5, 7)]%nat;
    Term (-72) [(0, 1); (0, 2); (3, 4)]%nat [(0, 5); (1, 3); (6, 7)]%nat;
    Term (30) [(0, 1); (0, 2); (3, 4)]%nat [(0, 5); (3, 6); (3, 7)]%nat;
    Term (-60) [(0, 1); (0, 2); (3, 4)]%nat [(0, 5); (3, 6); (4, 7)]%nat;
    Term (36) [(0, 1); (0, 2); (3, 4)]%nat [(1, 3); (5, 6); (5, 7)]%nat;
    Term (-12) [(0, 1); (2, 3); (4, 5)]%nat [(0, 2); (1, 3); (6, 7)]%nat;
    Term (60) [(0, 1); (2, 3); (4, 5)]%nat [(0, 2); (1, 4); (6, 7)]%nat;
    Term (30) [(0, 1); (2, 3); (4, 5)]%nat [(0, 2); (4, 6); (5, 7)]%nat] |}.

Lemma checked : check max8 = true.
Proof. vm_cast_no_check (eq_refl true). Qed.

Theorem max8_two_hidden_layers :
  exists N : network, length (hidden N) = 2%nat /\ well_formed 8 N /\
    forall K : ofield, computes_max K 8 N.
Proof.
  exists (max_network max8). split; [reflexivity|split; [apply network_well_formed|]].
  intros K. exact (network_computes_max _ checked K).
Qed.
