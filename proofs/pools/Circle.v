(** * The d maxes of all inputs but one, on a circle: d pairwise maxes in each of ceil(log2 (d - 1)) layers

    Put the inputs on a circle. All inputs but one are an interval of length d - 1. The maxes over the
    intervals of length l + s, s <= l, are the pairwise maxes of those of length l, s apart (the max
    does not mind an overlap): the lengths 1, 2, 4, ..., and last d - 1 need one layer each. So all
    that equation (5) reads costs d * ceil(log2 (d - 1)) pairwise maxes, at the depth of a single one. *)

From Coq Require Import List Arith ZArith QArith Ring Lia Bool.
From Maxpooling Require Import OrderedField Network Maximum Approximation OneOrder.
Import ListNotations.
Open Scope list_scope.

Section Circle.
Variable K : ofield.
Variable d : nat.
Hypothesis Hd : (2 <= d)%nat.

(** One layer: d pairwise maxes, s apart on the circle. *)
Definition circle_layer (s : nat) (v : list K) : list K :=
  map (fun i => fmax (nth i v f0) (nth ((i + s) mod d) v f0)) (seq 0 d).
(** The lengths 1, 2, 4, ..., d - 1, and the layers from each to the next. *)
Definition interval_length (j : nat) : nat := Nat.min (2 ^ j) (d - 1).
Definition shift (j : nat) : nat := interval_length (S j) - interval_length j.
Definition depth : nat := Nat.log2_up (d - 1).
Definition circle (x : list K) : list K := fold_left (fun v j => circle_layer (shift j) v) (seq 0 depth) x.

(** The max over the interval of length l from input i on. *)
Definition interval (x : list K) (i l : nat) : K := maximum (map (fun t => nth ((i + t) mod d) x f0) (seq 0 l)).

Lemma interval_is_max x i l : (0 < l)%nat -> is_max (interval x i l) (map (fun t => nth ((i + t) mod d) x f0) (seq 0 l)).
Proof. intros H. apply maximum_is_max. destruct l; [lia|discriminate]. Qed.

Lemma two_intervals x i l s : (0 < l)%nat -> (s <= l)%nat ->
  fmax (interval x i l) (interval x ((i + s) mod d) l) = interval x i (l + s).
Proof.
  intros Hl Hs. destruct (interval_is_max x i l Hl) as [A1 A2]. destruct (interval_is_max x ((i + s) mod d) l Hl) as [B1 B2].
  assert (M : forall t, (((i + s) mod d + t) mod d = (i + (s + t)) mod d)%nat).
  { intros t. rewrite Nat.add_mod_idemp_l by lia. f_equal. lia. }
  set (whole := map (fun t => nth ((i + t) mod d) x f0) (seq 0 (l + s))).
  assert (SA : forall c, In c (map (fun t => nth ((i + t) mod d) x f0) (seq 0 l)) -> In c whole).
  { intros c Hc. apply in_map_iff in Hc. destruct Hc as [t [<- Ht]]. apply in_seq in Ht.
    apply in_map_iff. exists t. split; [reflexivity|apply in_seq; lia]. }
  assert (SB : forall c, In c (map (fun t => nth (((i + s) mod d + t) mod d) x f0) (seq 0 l)) -> In c whole).
  { intros c Hc. apply in_map_iff in Hc. destruct Hc as [t [<- Ht]]. apply in_seq in Ht.
    apply in_map_iff. exists (s + t)%nat. split; [rewrite M; reflexivity|apply in_seq; lia]. }
  assert (Cover : forall c, In c whole -> c <= interval x i l \/ c <= interval x ((i + s) mod d) l).
  { intros c Hc. apply in_map_iff in Hc. destruct Hc as [t [<- Ht]]. apply in_seq in Ht.
    destruct (Nat.lt_ge_cases t l) as [L|L].
    - left. apply A2. apply in_map_iff. exists t. split; [reflexivity|apply in_seq; lia].
    - right. apply B2. apply in_map_iff. exists (t - s)%nat. split; [rewrite M; do 2 f_equal; lia|apply in_seq; lia]. }
  apply (is_max_unique K) with whole; [|apply interval_is_max; lia].
  destruct (fle_total K (interval x i l) (interval x ((i + s) mod d) l)) as [L|L].
  - rewrite fmax_r by exact L. split; [apply SB, B1|]. intros c Hc.
    destruct (Cover c Hc) as [H|H]; [apply fle_trans with (interval x i l); assumption|exact H].
  - rewrite fmax_l by exact L. split; [apply SA, A1|]. intros c Hc.
    destruct (Cover c Hc) as [H|H]; [exact H|apply fle_trans with (interval x ((i + s) mod d) l); assumption].
Qed.

Lemma nth_map_seq (f : nat -> K) i : (i < d)%nat -> nth i (map f (seq 0 d)) f0 = f i.
Proof.
  intros Hi. rewrite (nth_indep _ f0 (f O)) by (rewrite map_length, seq_length; exact Hi).
  rewrite map_nth, seq_nth by exact Hi. reflexivity.
Qed.

Lemma interval_length_pos j : (0 < interval_length j)%nat.
Proof.
  unfold interval_length. assert (P : (2 ^ j <> 0)%nat) by (apply Nat.pow_nonzero; lia). lia.
Qed.
Lemma shift_spec j : (shift j <= interval_length j)%nat /\ (interval_length j + shift j = interval_length (S j))%nat.
Proof. unfold shift, interval_length. cbn [Nat.pow]. lia. Qed.

Lemma after_layers x : length x = d -> forall j,
  fold_left (fun v i => circle_layer (shift i) v) (seq 0 j) x = map (fun i => interval x i (interval_length j)) (seq 0 d).
Proof.
  intros Hx j. induction j as [|j IH].
  - cbn [seq fold_left]. unfold interval_length. cbn [Nat.pow]. rewrite Nat.min_l by lia.
    rewrite <- (nth_seq K x) at 1. rewrite Hx. apply map_ext_in. intros i Hi. apply in_seq in Hi.
    unfold interval. cbn [seq map maximum]. rewrite Nat.add_0_r, Nat.mod_small by lia. reflexivity.
  - rewrite seq_S, fold_left_app. cbn [fold_left Nat.add]. rewrite IH. unfold circle_layer. apply map_ext_in. intros i Hi.
    apply in_seq in Hi. rewrite !nth_map_seq by (try apply Nat.mod_upper_bound; lia).
    destruct (shift_spec j) as [S1 S2]. rewrite two_intervals; [rewrite S2; reflexivity|apply interval_length_pos|exact S1].
Qed.

Lemma full_length : interval_length depth = (d - 1)%nat.
Proof.
  unfold interval_length, depth. apply Nat.min_r. destruct (Nat.eq_dec d 2) as [->|N]; [simpl; lia|].
  apply Nat.log2_up_spec. lia.
Qed.

Lemma mod_twice a : (a < 2 * d)%nat -> (a mod d = if a <? d then a else a - d)%nat.
Proof.
  intros H. destruct (a <? d)%nat eqn:E.
  - apply Nat.ltb_lt in E. apply Nat.mod_small, E.
  - apply Nat.ltb_ge in E. replace a with ((a - d) + 1 * d)%nat at 1 by lia. rewrite Nat.mod_add by lia.
    apply Nat.mod_small. lia.
Qed.

(** Entry i of the last layer is the max of all inputs but the one before input i. *)
Theorem circle_value x i : length x = d -> (i < d)%nat ->
  nth i (circle x) f0 = maximum (drop ((i + (d - 1)) mod d) x).
Proof.
  intros Hx Hi. unfold circle. rewrite (after_layers x Hx), nth_map_seq by exact Hi. rewrite full_length.
  assert (E : drop ((i + (d - 1)) mod d) x = map (fun j => nth j x f0) (drop ((i + (d - 1)) mod d) (seq 0 d))).
  { assert (X : map (fun j => nth j x f0) (seq 0 d) = x) by (rewrite <- Hx; apply nth_seq).
    rewrite <- drop_map, X. reflexivity. }
  rewrite E. set (k := ((i + (d - 1)) mod d)%nat).
  apply (is_max_unique K) with (map (fun t => nth ((i + t) mod d) x f0) (seq 0 (d - 1))); [apply interval_is_max; lia|].
  assert (R : forall c, In c (map (fun t => nth ((i + t) mod d) x f0) (seq 0 (d - 1)))
                    <-> In c (map (fun j => nth j x f0) (drop k (seq 0 d)))).
  { intros c. rewrite !in_map_iff. split.
    - intros [t [<- Ht]]. apply in_seq in Ht. exists ((i + t) mod d)%nat. split; [reflexivity|]. apply drop_seq.
      unfold k. rewrite !mod_twice by lia.
      destruct (Nat.ltb_spec (i + t) d), (Nat.ltb_spec (i + (d - 1)) d); lia.
    - intros [j [<- Hj]]. apply drop_seq in Hj. unfold k in Hj. rewrite mod_twice in Hj by lia.
      exists ((j + d - i) mod d)%nat. rewrite Nat.add_mod_idemp_r by lia. split.
      + f_equal. replace (i + (j + d - i))%nat with (j + 1 * d)%nat by lia. rewrite Nat.mod_add by lia. apply Nat.mod_small. lia.
      + apply in_seq. rewrite mod_twice by lia. destruct (Nat.ltb_spec (j + d - i) d), (Nat.ltb_spec (i + (d - 1)) d); lia. }
  assert (N : map (fun j => nth j x f0) (drop k (seq 0 d)) <> []).
  { intros N. assert (X : In (nth ((i + 0) mod d) x f0) (map (fun j => nth j x f0) (drop k (seq 0 d)))).
    { apply R. apply in_map_iff. exists O. split; [reflexivity|apply in_seq; lia]. }
    rewrite N in X. exact X. }
  destruct (maximum_is_max K _ N) as [M1 M2]. split; [apply R, M1|]. intros c Hc. apply M2, R, Hc.
Qed.

Lemma circle_layer_width s v : length (circle_layer s v) = d.
Proof. unfold circle_layer. rewrite map_length. apply seq_length. Qed.
End Circle.
(** Pairwise maxes in all: 27 for 9 inputs, 40 for 10, 384 for 64. *)
Example pairwise_maxes : map (fun d => (d * depth d)%nat) [9; 10; 64]%nat = [27; 40; 384]%nat.
Proof. vm_compute. reflexivity. Qed.
