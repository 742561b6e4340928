(** * The least number of hidden layers: 0 for one number, 1 for two, 2 for any more *)

From Coq Require Import List Arith ZArith QArith Lia.
From Maxpooling Require Import OrderedField Network Instances Deeper Tree NoOneLayer EveryN.
Import ListNotations.

(** No fewer: not even over the rationals alone. *)
Theorem two_are_needed k n : (3 <= n)%nat -> can k n -> (2 <= k)%nat.
Proof.
  intros Hn [N [H1 [_ H3]]]. destruct (le_lt_dec 2 k) as [H|H]; [exact H|]. exfalso.
  apply (no_one_layer rationals n N Hn); [lia|apply H3].
Qed.
Theorem one_is_needed k n : (2 <= n)%nat -> can k n -> (1 <= k)%nat.
Proof.
  intros Hn [N [H1 [_ H3]]]. destruct k as [|k]; [|lia]. exfalso. apply (no_layer rationals n N Hn H1), H3.
Qed.

Definition least_depth (n k : nat) : Prop := can k n /\ forall j, can j n -> (k <= j)%nat.

Theorem depths n : (1 <= n)%nat -> least_depth n (Nat.min (n - 1) 2).
Proof.
  intros Hn. destruct (Nat.eq_dec n 1) as [->|N1].
  - split; [apply one_number|]. simpl. lia.
  - destruct (Nat.eq_dec n 2) as [->|N2].
    + split; [apply (all_depths 0 1 one_number 1 2); simpl; lia|]. intros j. simpl. apply one_is_needed. lia.
    + rewrite Nat.min_r by lia. split.
      * apply two_hidden_layers_for_every_n, Hn.
      * intros j. apply two_are_needed. lia.
Qed.
