(** * Few blocks suffice: d / gcd(d, r) runs around the circle

    Runs of r consecutive inputs, laid end to end around the circle of all d, until the end of a run
    meets the beginning of the first: d / gcd(d, r) blocks, and every input is in r / gcd(d, r) of them.
    By [Blocks.v] they leave the same error as all sets of r inputs: 3 blocks of 3 for 9 inputs, not 84. *)

From Coq Require Import List Arith ZArith QArith Ring Lia Bool Permutation.
From Maxpooling Require Import OrderedField Network Maximum Approximation OneOrder UnionClosed Product Blocks Steiner Planes.
Import ListNotations.
Open Scope list_scope.
Open Scope Z_scope.

Definition run (d r t : nat) : subset := set_of d (map (fun s => (t * r + s) mod d)%nat (seq 0 r)).
Definition runs (d r : nat) : list subset := map (run d r) (seq 0 (d / Nat.gcd d r)).

Lemma one_or_none i l : NoDup l -> zsum (fun j => if (i =? j)%nat then 1 else 0) l = if existsb (Nat.eqb i) l then 1 else 0.
Proof.
  induction l as [|j l IH]; intros HN; [reflexivity|]. inversion HN as [|? ? H1 H2]. subst.
  cbn [zsum fold_right existsb]. fold (zsum (fun j => if (i =? j)%nat then 1 else 0) l). rewrite IH by exact H2.
  destruct (i =? j)%nat eqn:E; [|reflexivity]. apply Nat.eqb_eq in E. subst j.
  destruct (existsb (Nat.eqb i) l) eqn:X; [|reflexivity]. exfalso. apply H1. apply existsb_exists in X.
  destruct X as [k [X1 X2]]. apply Nat.eqb_eq in X2. subst. exact X1.
Qed.

(** Sums over q runs of r are sums over q r places; over k rounds of d, each residue comes k times. *)
Lemma sum_of_runs (f : nat -> Z) r q : zsum (fun t => zsum (fun s => f (t * r + s)%nat) (seq 0 r)) (seq 0 q) = zsum f (seq 0 (q * r)).
Proof.
  induction q as [|q IH]; [reflexivity|]. rewrite seq_S, zsum_app, IH. cbn [zsum fold_right Nat.add].
  replace (S q * r)%nat with (q * r + r)%nat by lia. rewrite seq_app, zsum_app. cbn [Nat.add].
  assert (E : forall a m, zsum (fun s => f (a + s)%nat) (seq 0 m) = zsum f (seq a m)).
  { intros a m. rewrite <- (zsum_map nat nat (fun s => (a + s)%nat) f). f_equal. clear. revert a. induction m as [|m IHm]; intros a; [reflexivity|].
    cbn [seq map]. f_equal; [lia|]. rewrite <- (IHm (S a)). rewrite <- seq_shift, map_map. apply map_ext. intros s. lia. }
  rewrite E. ring.
Qed.
Lemma sum_of_rounds d i k : (i < d)%nat -> zsum (fun n => if (i =? n mod d)%nat then 1 else 0) (seq 0 (d * k)) = Z.of_nat k.
Proof.
  intros Hi. rewrite Nat.mul_comm, <- sum_of_runs.
  rewrite (zsum_ext _ (fun _ => 1)); [rewrite zsum_const, seq_length; lia|]. intros t _.
  apply (count_one (fun s => (i =? (t * d + s) mod d)%nat) d i Hi). intros s Hs.
  rewrite Nat.add_comm, Nat.mod_add, Nat.mod_small by lia. rewrite Nat.eqb_eq. split; congruence.
Qed.

Section Runs.
Variables d r : nat.
Hypothesis Hr : (1 <= r <= d)%nat.

Lemma run_distinct t : NoDup (map (fun s => (t * r + s) mod d)%nat (seq 0 r)).
Proof.
  apply Injective_map_NoDup_in; [|apply seq_NoDup]. intros a b Ha Hb E. apply in_seq in Ha, Hb.
  pose proof (Nat.div_mod (t * r + a) d ltac:(lia)) as A. pose proof (Nat.div_mod (t * r + b) d ltac:(lia)) as B.
  rewrite E in A. set (u := ((t * r + a) / d)%nat) in A. set (v := ((t * r + b) / d)%nat) in B.
  set (m := ((t * r + b) mod d)%nat) in A, B. clearbody u v m. clear E. assert (C : (u = v \/ u + 1 <= v \/ v + 1 <= u)%nat) by lia. destruct C as [->|[C|C]]; [lia| |].
  - apply (Nat.mul_le_mono_l _ _ d) in C. lia.
  - apply (Nat.mul_le_mono_l _ _ d) in C. lia.
Qed.
Lemma runs_are_blocks : blocks d r (runs d r).
Proof.
  split; intros B HB; apply in_map_iff in HB; destruct HB as [t [<- _]]; unfold run.
  - unfold set_of. rewrite map_length. apply seq_length.
  - rewrite size_set_of; [rewrite map_length; apply seq_length|apply run_distinct|].
    intros i Hi. apply in_map_iff in Hi. destruct Hi as [s [<- _]]. apply Nat.mod_upper_bound. lia.
Qed.

Theorem runs_are_regular : regular d r (r / Nat.gcd d r) (runs d r).
Proof.
  set (g := Nat.gcd d r). assert (G0 : g <> 0%nat) by (intros E; apply Nat.gcd_eq_0 in E; lia).
  destruct (Nat.gcd_divide_l d r) as [q Q]. destruct (Nat.gcd_divide_r d r) as [k E]. fold g in Q, E.
  assert (Dq : (d / g = q)%nat) by (rewrite Q; apply Nat.div_mul, G0).
  assert (Dk : (r / g = k)%nat) by (rewrite E; apply Nat.div_mul, G0).
  split.
  - apply runs_are_blocks.
  - intros i Hi. apply Nat2Z.inj. unfold covered, runs. fold g. rewrite Dq, Dk, length_filter, zsum_map.
    rewrite (zsum_ext _ (fun t => zsum (fun s => if (i =? (t * r + s) mod d)%nat then 1 else 0) (seq 0 r))).
    + rewrite (sum_of_runs (fun n => if (i =? n mod d)%nat then 1 else 0)).
      replace (q * r)%nat with (d * k)%nat by (rewrite Q, E; ring). apply sum_of_rounds, Hi.
    + intros t _. unfold run. rewrite mem_set_of by exact Hi. rewrite <- one_or_none by apply run_distinct.
      rewrite zsum_map. reflexivity.
  - unfold runs. fold g. rewrite Dq. destruct q as [|q]; [lia|]. discriminate.
Qed.
End Runs.

(** So the least error of sets of r inputs is that of d / gcd(d, r) of them. *)
Theorem few_blocks (d r : nat) : (1 <= r <= d)%nat ->
  length (runs d r) = (d / Nat.gcd d r)%nat /\ forall K : ofield,
  (exists a0 a, error_at_most K d (weighted K (runs d r) a0 a) (error_with K d r)) /\
  (forall B a0 a e, blocks d r B -> error_at_most K d (weighted K B a0 a) e -> fle (error_with K d r) e).
Proof.
  intros Hr. split; [unfold runs; rewrite map_length; apply seq_length|]. intros K.
  apply (regular_blocks_with_constant K d r (r / Nat.gcd d r) (runs d r)); [apply runs_are_regular|]; exact Hr.
Qed.
(** 9 inputs, blocks of 3 and of 6: 3 blocks, not 84; 8 inputs, blocks of 6: 4, not 28. *)
Example how_few : map (fun e => length (runs (fst e) (snd e))) [(9, 3); (9, 6); (8, 6); (6, 4); (10, 4)]%nat = [3; 3; 4; 3; 5]%nat.
Proof. vm_compute. reflexivity. Qed.
