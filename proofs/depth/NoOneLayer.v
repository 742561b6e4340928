(** * One hidden layer does not take the max of three numbers

    With any weights, in any ordered field, and even with a linear part besides: no sum
    b + l . x + sum of c_k relu(w_k . x + b_k) is max(x, y, z).

    The proof. Let D(t) be the second difference f(1,-1,t) + f(-1,1,t) - 2 f(0,0,t). For the max it is
    0 for t >= 1 and 2 for t <= -1. For a neuron that ignores z it does not depend on t; for one that
    does not, it is 0 for all t large enough in absolute value. So D(t) = D(-t) for all large t. *)

From Coq Require Import List Arith ZArith QArith Ring Lia.
From Maxpooling Require Import OrderedField Network Maximum Checker Forms Deeper.
Import ListNotations.
Open Scope list_scope.

Section Field.
Variable K : ofield.
Add Ring K_ring : (f_ring K).
Local Open Scope of_scope.

Definition size_of (a : K) : K := fmax a (- a).
Lemma fmax_le_l (a b : K) : a <= fmax a b.
Proof. destruct (fle_total K a b) as [H|H]; [rewrite fmax_r|rewrite fmax_l]; auto. apply fle_refl. Qed.
Lemma fmax_le_r (a b : K) : b <= fmax a b.
Proof. rewrite fmax_comm. apply fmax_le_l. Qed.
Lemma size_1 a : a <= size_of a. Proof. apply fmax_le_l. Qed.
Lemma size_2 a : - a <= size_of a. Proof. apply fmax_le_r. Qed.
Lemma size_nonneg a : 0 <= size_of a.
Proof.
  destruct (fle_total K 0 a) as [H|H]; [apply fle_trans with a; [exact H|apply size_1]|].
  apply fle_trans with (- a); [apply fle_0_opp, H|apply size_2].
Qed.

(** The second difference of one neuron; [u] is the change, [a] the value in the middle. *)
Definition second (u a : K) : K := relu (u + a) + relu (- u + a) - (relu a + relu a).
Lemma second_far_up u a : size_of u <= a -> second u a = 0.
Proof.
  intros H. pose proof (size_1 u) as S1. pose proof (size_2 u) as S2. pose proof (size_nonneg u) as S0.
  unfold second. rewrite !relu_pos; [ring| | |].
  - apply fle_trans with (size_of u); assumption.
  - replace (- u + a) with (a - u) by ring. apply fle_diff, fle_trans with (size_of u); assumption.
  - replace (u + a) with (a - - u) by ring. apply fle_diff, fle_trans with (size_of u); assumption.
Qed.
Lemma second_far_down u a : size_of u <= - a -> second u a = 0.
Proof.
  intros H. pose proof (second_far_up u (- a) H) as E. unfold second in *.
  rewrite (relu_opp K (u + a)), (relu_opp K (- u + a)), (relu_opp K a).
  replace (- (u + a)) with (- u + - a) by ring. replace (- (- u + a)) with (u + - a) by ring.
  rewrite <- E. ring.
Qed.

(** A neuron that gives z the weight q: far out, both ways alike. (Whether q is 0 need not be decidable;
    the contradiction that we are after does not need it.) *)
Lemma far_alike u q b : ~ ~ exists t0, forall t, t0 <= t -> second u (q * t + b) = second u (q * - t + b).
Proof.
  intros N.
  assert (Q : q <> 0).
  { intros Q. apply N. exists 0. intros t _. subst q. f_equal. ring. }
  assert (P : forall p, p <> 0 -> 0 <= p -> exists t0, forall t, t0 <= t -> size_of u + size_of b <= p * t).
  { intros p Hp P0. exists (finv p * (size_of u + size_of b)). intros t Ht.
    replace (size_of u + size_of b) with (p * (finv p * (size_of u + size_of b))).
    - apply fle_mul_l; assumption.
    - transitivity ((finv p * p) * (size_of u + size_of b)); [ring|]. rewrite finv_l by exact Hp. ring. }
  assert (Far : forall s, size_of u + size_of b <= s -> second u (s + b) = 0 /\ second u (- s + b) = 0).
  { intros s Hs. split.
    - apply second_far_up, fle_from_diff.
      replace (s + b - size_of u) with ((s - (size_of u + size_of b)) + (size_of b - - b)) by ring.
      replace 0 with (0 + 0 : K) by ring. apply fle_add2; apply fle_diff; [exact Hs|apply size_2].
    - apply second_far_down, fle_from_diff.
      replace (- (- s + b) - size_of u) with ((s - (size_of u + size_of b)) + (size_of b - b)) by ring.
      replace 0 with (0 + 0 : K) by ring. apply fle_add2; apply fle_diff; [exact Hs|apply size_1]. }
  apply N. destruct (fle_total K 0 q) as [H|H].
  - destruct (P q Q H) as [t0 Ht0]. exists t0. intros t Ht. destruct (Far (q * t) (Ht0 t Ht)) as [F1 F2].
    rewrite F1. replace (q * - t) with (- (q * t)) by ring. symmetry. exact F2.
  - assert (Q' : - q <> 0).
    { intros E. apply Q. replace q with (- - q) by ring. rewrite E. ring. }
    destruct (P (- q) Q' (fle_0_opp K q H)) as [t0 Ht0]. exists t0. intros t Ht.
    destruct (Far (- q * t) (Ht0 t Ht)) as [F1 F2].
    replace (q * - t) with (- q * t) by ring. replace (q * t) with (- (- q * t)) by ring.
    rewrite F1. exact F2.
Qed.

(** ** Sums of neurons *)
Section Sum.
Variable A : Type.
Variable L : list A.
Variables c w1 w2 w3 b : A -> K.
Variables l1 l2 l3 b0 : K.
Definition shallow (x y z : K) : K :=
  b0 + (l1 * x + l2 * y + l3 * z) + sum (fun k => c k * relu (w1 k * x + w2 k * y + w3 k * z + b k)) L.
Definition difference (f : K -> K -> K -> K) (t : K) : K :=
  f 1 (- (1)) t + f (- (1)) 1 t - (f 0 0 t + f 0 0 t).

Lemma difference_shallow t :
  difference shallow t = sum (fun k => c k * second (w1 k - w2 k) (w3 k * t + b k)) L.
Proof.
  unfold difference, shallow.
  set (s1 := sum (fun k => c k * relu (w1 k * 1 + w2 k * - (1) + w3 k * t + b k)) L).
  set (s2 := sum (fun k => c k * relu (w1 k * - (1) + w2 k * 1 + w3 k * t + b k)) L).
  set (s0 := sum (fun k => c k * relu (w1 k * 0 + w2 k * 0 + w3 k * t + b k)) L).
  transitivity (s1 + s2 + (- (1)) * (s0 + s0)); [ring|]. unfold s1, s2, s0.
  rewrite <- sum_add, <- sum_add, <- sum_mul, <- sum_add. apply sum_ext. intros k _. unfold second.
  replace (w1 k * 1 + w2 k * - (1) + w3 k * t + b k) with (w1 k - w2 k + (w3 k * t + b k)) by ring.
  replace (w1 k * - (1) + w2 k * 1 + w3 k * t + b k) with (- (w1 k - w2 k) + (w3 k * t + b k)) by ring.
  replace (w1 k * 0 + w2 k * 0 + w3 k * t + b k) with (w3 k * t + b k) by ring. ring.
Qed.

Lemma shallow_alike : ~ ~ exists t0, forall t, t0 <= t -> difference shallow t = difference shallow (- t).
Proof.
  assert (G : ~ ~ exists t0, forall t, t0 <= t ->
    sum (fun k => c k * second (w1 k - w2 k) (w3 k * t + b k)) L
    = sum (fun k => c k * second (w1 k - w2 k) (w3 k * - t + b k)) L).
  { induction L as [|k l IH]; intros N.
    - apply N. exists 0. intros t _. reflexivity.
    - apply IH. intros [t1 H1]. apply (far_alike (w1 k - w2 k) (w3 k) (b k)). intros [t2 H2].
      apply N. exists (fmax t1 t2). intros t Ht. cbn [sum]. rewrite H1, H2; [reflexivity| |].
      + apply fle_trans with (fmax t1 t2); [apply fmax_le_r|exact Ht].
      + apply fle_trans with (fmax t1 t2); [apply fmax_le_l|exact Ht]. }
  intros N. apply G. intros [t0 H]. apply N. exists t0. intros t Ht. rewrite !difference_shallow. apply H, Ht.
Qed.

Theorem shallow_is_not_max : ~ (forall x y z, is_max (shallow x y z) [x; y; z]).
Proof.
  intros HM. apply shallow_alike. intros [t0 H0]. set (t := fmax t0 1).
  assert (T1 : 1 <= t) by apply fmax_le_r.
  assert (O : (0 : K) <= 1) by apply fle_0_1.
  assert (O' : - (1) <= (0 : K)) by (apply fle_opp_0, O).
  assert (V : forall m x y z, is_max m [x; y; z] -> shallow x y z = m).
  { intros m x y z Hm. apply (is_max_unique K) with [x; y; z]; [apply HM|exact Hm]. }
  assert (T0 : 0 <= t) by (apply fle_trans with 1; assumption).
  assert (Tm : - (1) <= t) by (apply fle_trans with 0; assumption).
  assert (Tn : - t <= - (1)) by (apply fle_opp, T1).
  assert (Tn0 : - t <= 0) by (apply fle_opp_0, T0).
  assert (Tn1 : - t <= 1) by (apply fle_trans with 0; assumption).
  assert (Om : - (1) <= (1 : K)) by (apply fle_trans with 0; assumption).
  assert (D1 : difference shallow t = 0).
  { unfold difference. rewrite (V t 1 (- (1)) t), (V t (- (1)) 1 t), (V t 0 0 t); [ring| | |];
      (split; [simpl; tauto|intros e [<-|[<-|[<-|[]]]]; auto using fle_refl]). }
  assert (D2 : difference shallow (- t) = 1 + 1).
  { unfold difference. rewrite (V 1 1 (- (1)) (- t)), (V 1 (- (1)) 1 (- t)), (V 0 0 0 (- t)); [ring| | |];
      (split; [simpl; tauto|intros e [<-|[<-|[<-|[]]]]; auto using fle_refl]). }
  rewrite (H0 t) in D1 by apply fmax_le_l. rewrite D2 in D1.
  apply (@f1_neq_0 K). apply fle_antisym; [|exact O]. rewrite <- D1.
  replace 1 with (1 + 0 : K) at 1 by ring. apply fle_add2; [apply fle_refl|exact O].
Qed.
End Sum.

(** ** Networks with at most one hidden layer *)
Lemma dot_map A (f : A -> K) w l : dot w (map f l) = sum (fun p => ofQ (fst p) * f (snd p)) (combine w l).
Proof.
  revert l. induction w as [|q w IH]; intros [|a l]; simpl; try reflexivity. rewrite IH. reflexivity.
Qed.
Lemma dot_3 w (x y z : K) :
  dot w [x; y; z] = ofQ (nth 0 w (0 # 1)) * x + ofQ (nth 1 w (0 # 1)) * y + ofQ (nth 2 w (0 # 1)) * z.
Proof.
  assert (Z0 : ofQ (0 # 1) = 0 :> K) by (rewrite ofQ_Z; apply ofZ_0).
  destruct w as [|p [|q [|r w]]]; cbn [nth dot]; rewrite ?Z0; try ring. destruct w; simpl; ring.
Qed.

Theorem no_one_layer_3 N : (length (hidden N) <= 1)%nat -> ~ computes_max K 3 N.
Proof.
  intros HL HM. destruct N as [[|l [|l' r]] out]; cbn [hidden length] in HL; [| |lia].
  - apply (shallow_is_not_max nat [] (fun _ => 0) (fun _ => 0) (fun _ => 0) (fun _ => 0) (fun _ => 0)
      (ofQ (nth 0 (weights out) (0 # 1))) (ofQ (nth 1 (weights out) (0 # 1))) (ofQ (nth 2 (weights out) (0 # 1))) (ofQ (bias out))).
    intros x y z. pose proof (HM [x; y; z] eq_refl) as H. unfold eval in H. cbn [hidden output fold_left] in H.
    unfold affine in H. rewrite dot_3 in H. unfold shallow. cbn [sum].
    match goal with |- is_max ?a _ => match type of H with is_max ?b _ => replace a with b; [exact H|ring] end end.
  - apply (shallow_is_not_max (Q * neuron) (combine (weights out) l)
      (fun p => ofQ (fst p)) (fun p => ofQ (nth 0 (weights (snd p)) (0 # 1))) (fun p => ofQ (nth 1 (weights (snd p)) (0 # 1)))
      (fun p => ofQ (nth 2 (weights (snd p)) (0 # 1))) (fun p => ofQ (bias (snd p))) 0 0 0 (ofQ (bias out))).
    intros x y z. pose proof (HM [x; y; z] eq_refl) as H. unfold eval in H. cbn [hidden output fold_left] in H.
    unfold affine at 1 in H. unfold apply_layer in H. rewrite dot_map in H. unfold shallow.
    match goal with |- is_max ?a _ => match type of H with is_max ?b _ => replace a with b; [exact H|] end end.
    replace (0 * x + 0 * y + 0 * z) with (0 : K) by ring. symmetry.
    rewrite (sum_ext K _ (fun p => ofQ (fst p) * relu (affine (snd p) [x; y; z]))).
    + ring.
    + intros p _. f_equal. unfold affine. rewrite dot_3. reflexivity.
Qed.

(** More inputs: repeat the third. *)
Theorem no_one_layer n N : (3 <= n)%nat -> (length (hidden N) <= 1)%nat -> ~ computes_max K n N.
Proof.
  intros Hn HL HM. set (W := map (fun i => unit_ 3 (Nat.min i 2)) (seq 0 n)).
  apply (no_one_layer_3 (network_through 3 W N)); [rewrite network_through_depth; exact HL|].
  intros x Hx. rewrite eval_through.
  assert (E : map (fun w => zdot w x) W = map (fun i => nth (Nat.min i 2) x 0) (seq 0 n)).
  { unfold W. rewrite map_map. apply map_ext. intros i. rewrite <- Hx. apply zdot_unit. }
  rewrite E. apply is_max_same with (map (fun i => nth (Nat.min i 2) x 0) (seq 0 n)).
  - intros b Hb. apply (In_nth _ _ 0) in Hb. destruct Hb as [i [Hi Eb]]. rewrite Hx in Hi. exists b.
    split; [|apply fle_refl]. apply in_map_iff. exists i. split; [|apply in_seq; lia].
    rewrite Nat.min_l by lia. exact Eb.
  - intros e He. apply in_map_iff in He. destruct He as [i [<- _]]. apply nth_In. lia.
  - apply HM. rewrite map_length, seq_length. reflexivity.
Qed.

(** And without a hidden layer not even the max of two numbers. *)
Theorem no_layer n N : (2 <= n)%nat -> length (hidden N) = 0%nat -> ~ computes_max K n N.
Proof.
  intros Hn HL HM. set (W := map (fun i => unit_ 2 (Nat.min i 1)) (seq 0 n)).
  assert (H2 : forall x : list K, length x = 2%nat -> is_max (eval (network_through 2 W N) x) x).
  { intros x Hx. rewrite eval_through.
    assert (E : map (fun w => zdot w x) W = map (fun i => nth (Nat.min i 1) x 0) (seq 0 n)).
    { unfold W. rewrite map_map. apply map_ext. intros i. rewrite <- Hx. apply zdot_unit. }
    rewrite E. apply is_max_same with (map (fun i => nth (Nat.min i 1) x 0) (seq 0 n)).
    - intros b Hb. apply (In_nth _ _ 0) in Hb. destruct Hb as [i [Hi Eb]]. rewrite Hx in Hi. exists b.
      split; [|apply fle_refl]. apply in_map_iff. exists i. split; [|apply in_seq; lia].
      rewrite Nat.min_l by lia. exact Eb.
    - intros e He. apply in_map_iff in He. destruct He as [i [<- _]]. apply nth_In. lia.
    - apply HM. rewrite map_length, seq_length. reflexivity. }
  set (N2 := network_through 2 W N) in *.
  assert (L0 : hidden N2 = []).
  { apply length_zero_iff_nil. unfold N2. rewrite network_through_depth. exact HL. }
  set (p := weights (output N2)). set (q := ofQ (bias (output N2)) : K).
  assert (V : forall x y m : K, is_max m [x; y] -> dot p [x; y] + q = m).
  { intros x y m Hm. apply (is_max_unique K) with [x; y]; [|exact Hm]. pose proof (H2 [x; y] eq_refl) as H.
    unfold eval in H. rewrite L0 in H. exact H. }
  assert (O : (0 : K) <= 1) by apply fle_0_1.
  assert (A0 : dot p [0; 0] + q = 0) by (apply V; split; [simpl; tauto|intros e [<-|[<-|[]]]; apply fle_refl]).
  assert (A1 : dot p [1; 0] + q = 1) by (apply V; split; [simpl; tauto|intros e [<-|[<-|[]]]; auto using fle_refl]).
  assert (A2 : dot p [0; 1] + q = 1) by (apply V; split; [simpl; tauto|intros e [<-|[<-|[]]]; auto using fle_refl]).
  assert (A3 : dot p [1; 1] + q = 1) by (apply V; split; [simpl; tauto|intros e [<-|[<-|[]]]; auto using fle_refl]).
  apply (@f1_neq_0 K).
  assert (E : dot p [1; 1] + q + (dot p [0; 0] + q) = (dot p [1; 0] + q) + (dot p [0; 1] + q)).
  { destruct p as [|a [|b [|? ?]]]; cbn [dot]; ring. }
  rewrite A0, A1, A2, A3 in E. replace (1 : K) with ((1 + 1) - (1 + 0) : K) by ring. rewrite E. ring.
Qed.
End Field.
