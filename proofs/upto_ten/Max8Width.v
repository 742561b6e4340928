(** * The width for eight inputs: 173 621 comparisons once equal ones are merged *)

From Coq Require Import List ZArith NArith.
From Maxpooling Require Import OrderedField Network Identity Verify Merge Max8.
Import ListNotations.
Open Scope Z_scope.

Lemma width_checked : check_width max8 173621 = true.
Proof. vm_cast_no_check (eq_refl true). Qed.

Theorem max8_width :
  exists N : network, well_formed 8 N /\ (forall K : ofield, computes_max K 8 N)
    /\ map (fun l => N.of_nat (length l)) (hidden N) = [37%N; 173623%N].
Proof.
  exists (small_network max8). split; [apply network_well_formed|split].
  - intros K. exact (small_network_computes_max _ checked _ width_checked K).
  - exact (small_network_widths _ _ width_checked).
Qed.
