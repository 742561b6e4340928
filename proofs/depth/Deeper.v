(** * Fewer inputs, and one more hidden layer for twice as many *)

From Coq Require Import List Arith ZArith QArith Ring Permutation Lia Bool.
From Maxpooling Require Import OrderedField Network Assignments Ranks Relabel Checker Forms Identity.
Import ListNotations.
Open Scope list_scope.

Fixpoint qadd (a b : list Q) : list Q :=
  match a, b with [], _ => b | _, [] => a | p :: a', q :: b' => (p + q)%Q :: qadd a' b' end.
Definition qscale (q : Q) (w : form) : list Q := map (fun z => (q * (z # 1))%Q) w.
(** The weights [u] on the values of the forms [W], as weights on what the forms read. *)
Fixpoint through (n : nat) (u : list Q) (W : list form) : list Q :=
  match u, W with
  | q :: u', w :: W' => qadd (qscale q w) (through n u' W')
  | _, _ => repeat (0 # 1) n
  end.
Definition neuron_through (n : nat) (W : list form) (u : neuron) : neuron :=
  Neuron (through n (weights u) W) (bias u).
Definition network_through (n : nat) (W : list form) (N : network) : network :=
  match hidden N with
  | [] => Network [] (neuron_through n W (output N))
  | l :: r => Network (map (neuron_through n W) l :: r) (output N)
  end.

Lemma qadd_length n a b : length a = n -> length b = n -> length (qadd a b) = n.
Proof.
  revert n b. induction a as [|p a IH]; intros n [|q b] Ha Hb; simpl in *; try lia.
  destruct n; [discriminate|]. f_equal. apply IH; lia.
Qed.
Lemma through_length n u W : (forall w, In w W -> length w = n) -> length (through n u W) = n.
Proof.
  revert W. induction u as [|q u IH]; intros [|w W] H; simpl; try apply repeat_length.
  apply qadd_length.
  - unfold qscale. rewrite map_length. apply H. left. reflexivity.
  - apply IH. intros v Hv. apply H. right. exact Hv.
Qed.
Lemma network_through_well_formed n W N : (forall w, In w W -> length w = n) ->
  well_formed (length W) N -> well_formed n (network_through n W N).
Proof.
  intros HW H. unfold well_formed, network_through in *. destruct (hidden N) as [|l r]; cbn [hidden output well_formed_from] in *.
  - apply through_length, HW.
  - destruct H as [H1 H2]. rewrite map_length. split; [|exact H2]. intros u Hu. apply in_map_iff in Hu.
    destruct Hu as [v [<- Hv]]. apply through_length, HW.
Qed.
Lemma network_through_depth n W N : length (hidden (network_through n W N)) = length (hidden N).
Proof. unfold network_through. destruct (hidden N); reflexivity. Qed.

Section Values.
Variable K : ofield.
Add Ring K_ring : (f_ring K).
Local Open Scope of_scope.

Lemma ofQ_spec q : ofZ (Zpos (Qden q)) * ofQ q = ofZ (Qnum q) :> K.
Proof.
  unfold ofQ. rewrite fdiv_def.
  transitivity (finv (ofZ (Zpos (Qden q))) * ofZ (Zpos (Qden q)) * ofZ (Qnum q) : K); [ring|].
  rewrite finv_l by (apply ofZ_pos_neq_0; lia). ring.
Qed.
Lemma ofQ_mul p q : ofQ (p * q) = ofQ p * ofQ q :> K.
Proof.
  apply fmul_cancel with (ofZ (Zpos (Qden (p * q)))); [apply ofZ_pos_neq_0; lia|].
  rewrite ofQ_spec. cbn [Qmult Qnum Qden]. rewrite Pos2Z.inj_mul, !ofZ_mul, <- (ofQ_spec p), <- (ofQ_spec q). ring.
Qed.
Lemma ofQ_add p q : ofQ (p + q) = ofQ p + ofQ q :> K.
Proof.
  apply fmul_cancel with (ofZ (Zpos (Qden (p + q)))); [apply ofZ_pos_neq_0; lia|].
  rewrite ofQ_spec. cbn [Qplus Qnum Qden].
  rewrite ofZ_add, Pos2Z.inj_mul, !ofZ_mul, <- (ofQ_spec p), <- (ofQ_spec q). ring.
Qed.

Lemma dot_nil_r w : dot w ([] : list K) = 0.
Proof. destruct w; reflexivity. Qed.
Lemma dot_qadd a b (x : list K) : dot (qadd a b) x = dot a x + dot b x.
Proof.
  revert b x. induction a as [|p a IH]; intros b x; [simpl; ring|].
  destruct b as [|q b]; [simpl; destruct x; simpl; ring|].
  destruct x as [|c x]; [simpl; ring|]. cbn [qadd dot]. rewrite IH, ofQ_add. ring.
Qed.
Lemma dot_qscale q w (x : list K) : dot (qscale q w) x = ofQ q * zdot w x.
Proof.
  revert x. induction w as [|z w IH]; intros [|c x]; cbn [qscale map dot zdot]; try ring.
  unfold qscale in IH. rewrite IH, ofQ_mul, ofQ_Z. ring.
Qed.
Lemma dot_through n u W (x : list K) : dot (through n u W) x = dot u (map (fun w => zdot w x) W).
Proof.
  revert W. induction u as [|q u IH]; intros [|w W]; cbn [through dot map]; try apply dot_zeros.
  rewrite dot_qadd, dot_qscale, IH. reflexivity.
Qed.
Lemma eval_through n W N (x : list K) : eval (network_through n W N) x = eval N (map (fun w => zdot w x) W).
Proof.
  unfold network_through, eval. destruct (hidden N) as [|l r]; cbn [hidden output fold_left].
  - unfold affine, neuron_through. cbn [weights bias]. rewrite dot_through. reflexivity.
  - do 2 f_equal. unfold apply_layer. rewrite map_map. apply map_ext. intros u.
    unfold affine, neuron_through. cbn [weights bias]. rewrite dot_through. reflexivity.
Qed.

Lemma is_max_same a (x y : list K) : (forall b, In b x -> exists c, In c y /\ b <= c) ->
  (forall c, In c y -> In c x) -> is_max a y -> is_max a x.
Proof.
  intros H1 H2 [H3 H4]. split; [apply H2, H3|]. intros b Hb. destruct (H1 b Hb) as [c [Hc L]].
  apply fle_trans with c; [exact L|apply H4, Hc].
Qed.
End Values.

(** [can k n]: some network with k hidden layers takes the max of n numbers, over every ordered field. *)
Definition can (k n : nat) : Prop :=
  exists N : network, length (hidden N) = k /\ well_formed n N /\ forall K : ofield, computes_max K n N.

Theorem fewer_inputs k m n : (1 <= n <= m)%nat -> can k m -> can k n.
Proof.
  intros Hn [N [H1 [H2 H3]]].
  set (at_ := fun i => Nat.min i (n - 1)). set (W := map (fun i => unit_ n (at_ i)) (seq 0 m)).
  exists (network_through n W N). split; [rewrite network_through_depth; exact H1|split].
  - apply network_through_well_formed.
    + intros w Hw. apply in_map_iff in Hw. destruct Hw as [i [<- _]]. apply unit_length.
    + unfold W. rewrite map_length, seq_length. exact H2.
  - intros K x Hx. rewrite eval_through.
    assert (E : map (fun w => zdot w x) W = map (fun i => nth (at_ i) x f0) (seq 0 m)).
    { unfold W. rewrite map_map. apply map_ext. intros i. rewrite <- Hx. apply zdot_unit. }
    rewrite E. apply is_max_same with (map (fun i => nth (at_ i) x f0) (seq 0 m)).
    + intros b Hb. apply (In_nth _ _ f0) in Hb. destruct Hb as [i [Hi Eb]]. exists b.
      split; [|apply fle_refl]. apply in_map_iff. exists i. split; [|apply in_seq; lia].
      unfold at_. rewrite Nat.min_l by lia. exact Eb.
    + intros c Hc. apply in_map_iff in Hc. destruct Hc as [i [<- _]]. apply nth_In. unfold at_. lia.
    + apply H3. rewrite map_length, seq_length. reflexivity.
Qed.

Theorem twice_the_inputs k m : can k m -> can (S k) (2 * m).
Proof.
  intros [N [H1 [H2 H3]]]. set (n := (2 * m)%nat).
  set (ps := map (fun i => (2 * i, 2 * i + 1)%nat) (seq 0 m)).
  set (P := network_through (width1 n) (map (read_pair n) ps) N).
  exists (Network (map int_neuron (first_forms n) :: hidden P) (output P)).
  split; [|split].
  - cbn [hidden length]. f_equal. unfold P. rewrite network_through_depth. exact H1.
  - unfold well_formed. cbn [hidden output well_formed_from]. split.
    + destruct (network_well_formed n 1 [] []) as [F _]. exact F.
    + rewrite map_length. fold (width1 n). apply network_through_well_formed.
      * intros w Hw. apply in_map_iff in Hw. destruct Hw as [e [<- _]]. apply read_pair_length.
      * unfold ps. rewrite !map_length, seq_length. exact H2.
  - intros K x Hx. unfold eval. cbn [hidden output fold_left]. rewrite apply_first.
    change (is_max (eval P (y1 n K x)) x). unfold P. rewrite eval_through, map_map.
    assert (E : map (fun e => zdot (read_pair n e) (y1 n K x)) ps = map (pair_max x) ps).
    { apply map_ext_in. intros e He. unfold ps in He. apply in_map_iff in He. destruct He as [i [<- Hi]].
      apply in_seq in Hi. apply read_pair_value; [exact Hx| |]; cbn [fst snd]; unfold n; lia. }
    rewrite E. apply is_max_same with (map (pair_max x) ps).
    + intros b Hb. apply (In_nth _ _ f0) in Hb. destruct Hb as [i [Hi Eb]].
      exists (pair_max x (2 * (i / 2), 2 * (i / 2) + 1)%nat). rewrite Hx in Hi.
      pose proof (Nat.div_mod i 2) as D. assert (Hm : (i mod 2 < 2)%nat) by (apply Nat.mod_upper_bound; lia).
      split.
      * apply in_map. unfold ps. apply in_map_iff. exists (i / 2)%nat. split; [reflexivity|]. apply in_seq. lia.
      * unfold pair_max, entry. cbn [fst snd]. subst b.
        set (a0 := nth (2 * (i / 2)) x f0). set (a1 := nth (2 * (i / 2) + 1) x f0).
        assert (C : nth i x f0 = a0 \/ nth i x f0 = a1).
        { unfold a0, a1. destruct (i mod 2)%nat as [|[|r]] eqn:R; [left|right|lia]; f_equal; lia. }
        destruct (fle_total K a0 a1) as [L|L].
        -- rewrite fmax_r by exact L. destruct C as [-> | ->]; [exact L|apply fle_refl].
        -- rewrite fmax_l by exact L. destruct C as [-> | ->]; [apply fle_refl|exact L].
    + intros c Hc. apply in_map_iff in Hc. destruct Hc as [e [<- He]]. unfold ps in He.
      apply in_map_iff in He. destruct He as [i [<- Hi]]. apply in_seq in Hi.
      unfold pair_max, entry. cbn [fst snd].
      destruct (fle_total K (nth (2 * i) x f0) (nth (2 * i + 1) x f0)) as [L|L].
      * rewrite fmax_r by exact L. apply nth_In. unfold n in Hx. lia.
      * rewrite fmax_l by exact L. apply nth_In. unfold n in Hx. lia.
    + apply H3. unfold ps. rewrite !map_length, seq_length. reflexivity.
Qed.

Theorem all_depths k m : can k m -> forall j n, (1 <= n <= m * 2 ^ j)%nat -> can (j + k) n.
Proof.
  intros H j. induction j as [|j IH]; intros n Hn.
  - apply fewer_inputs with m; [simpl in Hn; lia|exact H].
  - cbn [Nat.add]. apply fewer_inputs with (2 * (m * 2 ^ j))%nat.
    + replace (m * 2 ^ S j)%nat with (2 * (m * 2 ^ j))%nat in Hn by (cbn [Nat.pow]; ring). exact Hn.
    + apply twice_the_inputs, IH. cbn [Nat.pow] in Hn. nia.
Qed.
