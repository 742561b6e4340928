(** * Lemma 1: the tree of pairwise maxima, ceil(log2 n) hidden layers for every n

    One number is its own max, with no hidden layer; each hidden layer doubles the number
    ([twice_the_inputs]: relu(a - b), relu(b), relu(-b) give max(a, b) = b + relu(a - b)). *)

From Coq Require Import List Arith ZArith QArith Ring Lia.
From Maxpooling Require Import OrderedField Network Deeper.
Import ListNotations.
Open Scope list_scope.

Lemma one_number : can 0 1.
Proof.
  exists (Network [] (Neuron [1 # 1] (0 # 1))). repeat split.
  - destruct x as [|a [|b x]]; try discriminate. left. unfold eval, affine. cbn [hidden output fold_left weights bias dot].
    rewrite !ofQ_Z, ofZ_0, ofZ_1. pose proof (f_ring K) as R. destruct R.
    rewrite Radd_comm, Radd_0_l, Radd_comm, Radd_0_l, Rmul_1_l. reflexivity.
  - destruct x as [|a [|b x]]; try discriminate. intros c [<-|[]].
    unfold eval, affine. cbn [hidden output fold_left weights bias dot].
    rewrite !ofQ_Z, ofZ_0, ofZ_1. pose proof (f_ring K) as R. destruct R.
    rewrite Radd_comm, Radd_0_l, Radd_comm, Radd_0_l, Rmul_1_l. apply fle_refl.
Qed.

(** [Nat.log2_up n] is the least j with n <= 2^j: see [log2_up_is_the_ceiling]. *)
Theorem lemma_1 (n : nat) : (1 <= n)%nat ->
  exists N : network, length (hidden N) = Nat.log2_up n /\ well_formed n N /\ forall K : ofield, computes_max K n N.
Proof.
  intros Hn. pose proof (all_depths 0 1 one_number (Nat.log2_up n) n) as H.
  rewrite Nat.add_0_r in H. apply H. split; [exact Hn|]. rewrite Nat.mul_1_l.
  destruct (Nat.eq_dec n 1) as [->|N1]; [simpl; lia|]. apply Nat.log2_up_spec. lia.
Qed.

Lemma log2_up_is_the_ceiling n j : (1 <= n)%nat -> (Nat.log2_up n <= j)%nat <-> (n <= 2 ^ j)%nat.
Proof.
  intros Hn. symmetry. destruct (Nat.eq_dec n 1) as [->|N1].
  - rewrite Nat.log2_up_1. split; intros _; [lia|]. apply Nat.neq_0_lt_0, Nat.pow_nonzero. lia.
  - apply Nat.log2_up_le_pow2. lia.
Qed.

(** More hidden layers than needed do no harm: any number of layers from ceil(log2 n) on. *)
Corollary lemma_1_deeper (n j : nat) : (1 <= n)%nat -> (Nat.log2_up n <= j)%nat ->
  exists N : network, length (hidden N) = j /\ well_formed n N /\ forall K : ofield, computes_max K n N.
Proof.
  intros Hn Hj. pose proof (all_depths 0 1 one_number j n) as H. rewrite Nat.add_0_r in H. apply H.
  split; [exact Hn|]. rewrite Nat.mul_1_l. apply log2_up_is_the_ceiling; assumption.
Qed.
