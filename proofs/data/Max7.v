(** * The identity for 7 inputs, checked

    Written by [make_data.py] from [max7-symmetric.json]; not to be edited. *)

From Coq Require Import List ZArith NArith.
From Maxpooling Require Import OrderedField Network Identity Verify Merge.
Import ListNotations.
Open Scope Z_scope.

(** All coefficients times [scale], which includes the number of renamings. *)
Definition max7 : identity := {|
  labels := [0; 0; 0; 0; 0; 0; 0]%nat;
  scale := 1935360;
  pairs := [((0, 1)%nat, 576)];
  terms := [
    Term (522) [(0, 1)]%nat [(2, 3)]%nat;
    Term (-1056) [(0, 0); (0, 0)]%nat [(1, 2); (3, 4)]%nat;
    Term (624) [(0, 1); (0, 1)]%nat [(2, 3); (4, 5)]%nat;
    Term (-576) [(0, 1); (0, 2)]%nat [(0, 3); (0, 4)]%nat;
    Term (240) [(0, 1); (0, 2)]%nat [(3, 4); (3, 5)]%nat;
    Term (-2259) [(0, 1); (2, 3)]%nat [(0, 2); (1, 3)]%nat;
    Term (-216) [(0, 1); (2, 3)]%nat [(0, 4); (5, 6)]%nat;
    Term (192) [(0, 0); (0, 0); (0, 1)]%nat [(0, 2); (3, 4); (5, 6)]%nat;
    Term (-96) [(0, 0); (0, 0); (0, 1)]%nat [(2, 3); (2, 4); (5, 6)]%nat;
    Term (-192) [(0, 0); (0, 0); (1, 2)]%nat [(0, 1); (3, 4); (5, 6)]%nat;
    Term (96) [(0, 0); (0, 0); (1, 2)]%nat [(1, 3); (1, 4); (5, 6)]%nat;
    Term (-96) [(0, 0); (0, 0); (1, 2)]%nat [(1, 3); (2, 4); (5, 6)]%nat;
    Term (-288) [(0, 0); (0, 1); (0, 2)]%nat [(0, 3); (0, 4); (5, 6)]%nat;
    Term (-192) [(0, 0); (0, 1); (2, 3)]%nat [(0, 4); (0, 5); (0, 6)]%nat;
    Term (96) [(0, 0); (1, 1); (2, 2)]%nat [(3, 3); (4, 4); (5, 6)]%nat;
    Term (288) [(0, 1); (0, 1); (0, 2)]%nat [(1, 3); (1, 4); (5, 6)]%nat;
    Term (96) [(0, 1); (0, 1); (2, 3)]%nat [(0, 4); (0, 5); (0, 6)]%nat;
    Term (-768) [(0, 1); (0, 2); (0, 3)]%nat [(0, 4); (1, 2); (5, 6)]%nat;
    Term (96) [(0, 1); (0, 2); (0, 3)]%nat [(1, 2); (4, 5); (4, 6)]%nat;
    Term (-192) [(0, 1); (0, 2); (0, 3)]%nat [(1, 4); (2, 4); (5, 6)]%nat;
    Term (32) [(0, 1); (0, 2); (0, 3)]%nat [(4, 5); (4, 6); (5, 6)]%nat;
    Term (-96) [(0, 1); (0, 2); (1, 2)]%nat [(0, 3); (4, 5); (4, 6)]%nat;
    Term (1152) [(0, 1); (0, 2); (1, 3)]%nat [(0, 3); (1, 2); (4, 5)]%nat;
    Term (96) [(0, 1); (0, 2); (1, 3)]%nat [(2, 3); (4, 5); (4, 6)]%nat;
    Term (-288) [(0, 1); (0, 2); (3, 4)]%nat [(0, 3); (0, 4); (5, 6)]%nat;
    Term (192) [(0, 1); (0, 2); (3, 4)]%nat [(0, 3); (1, 2); (5, 6)]%nat;
    Term (1824) [(0, 1); (0, 2); (3, 4)]%nat [(0, 3); (1, 4); (2, 4)]%nat;
    Term (-96) [(0, 1); (0, 2); (3, 4)]%nat [(0, 5); (1, 6); (2, 6)]%nat;
    Term (-96) [(0, 1); (0, 2); (3, 4)]%nat [(0, 5); (3, 6); (4, 6)]%nat;
    Term (96) [(0, 1); (0, 2); (3, 4)]%nat [(1, 2); (3, 5); (4, 6)]%nat;
    Term (96) [(0, 1); (0, 2); (3, 4)]%nat [(1, 3); (2, 4); (5, 6)]%nat;
    Term (84) [(0, 1); (2, 3); (4, 5)]%nat [(0, 2); (1, 3); (4, 6)]%nat;
    Term (-112) [(0, 1); (2, 3); (4, 5)]%nat [(0, 2); (1, 4); (3, 5)]%nat] |}.

Lemma checked : check max7 = true.
Proof. vm_cast_no_check (eq_refl true). Qed.

Theorem max7_two_hidden_layers :
  exists N : network, length (hidden N) = 2%nat /\ well_formed 7 N /\
    forall K : ofield, computes_max K 7 N.
Proof.
  exists (max_network max7). split; [reflexivity|split; [apply network_well_formed|]].
  intros K. exact (network_computes_max _ checked K).
Qed.

(** Equal comparisons merged, the second hidden layer has 26705 and two neurons more. *)
Lemma width_checked : check_width max7 26705 = true.
Proof. vm_cast_no_check (eq_refl true). Qed.

Theorem max7_width :
  exists N : network, well_formed 7 N /\ (forall K : ofield, computes_max K 7 N)
    /\ map (fun l => N.of_nat (length l)) (hidden N) = [29%N; 26707%N].
Proof.
  exists (small_network max7). split; [apply network_well_formed|split].
  - intros K. exact (small_network_computes_max _ checked _ width_checked K).
  - exact (small_network_widths _ _ width_checked).
Qed.
