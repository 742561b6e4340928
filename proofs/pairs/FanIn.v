(** * Fan-in: a neuron of the second hidden layer must read at least n - 2 neurons of the first

    For every network with two hidden layers that takes the max of n >= 3 numbers, with any weights and biases in both
    layers (no templates, no symmetry). The same induction: with x = (+-B, x') and B far out, a neuron
    relu(w B + w' . x' + b) of the first layer with w <> 0 becomes affine on one half and 0 on the other. *)

From Coq Require Import List Arith ZArith QArith Ring Lia Bool.
From Maxpooling Require Import OrderedField Network Maximum Relabel Checker NoOneLayer Ranks Identity LeastPairs.
Import ListNotations.
Open Scope list_scope.

Section Field.
Variable K : ofield.
Add Ring K_ring : (f_ring K).
Local Open Scope of_scope.
Local Notation mixed := (mixed K).
Local Notation far := (far K).
Local Notation signed := (signed K).

(** Affine forms with weights in the field. *)
Definition aff : Type := (list K * K)%type.
Fixpoint fdot (w x : list K) : K := match w, x with a :: w', b :: x' => a * b + fdot w' x' | _, _ => 0 end.
Definition affv (a : aff) (x : list K) : K := fdot (fst a) x + snd a.
Definition gates (es : list (K * aff)) (x : list K) : K := sum (fun e => fst e * relu (affv (snd e) x)) es.
Definition forms (gs : list (K * aff)) (x : list K) : K := sum (fun e => fst e * affv (snd e) x) gs.
(** What a neuron of the second layer sees: affine forms, and neurons of the first layer. *)
Definition sees (gs es : list (K * aff)) (x : list K) : K := forms gs x + gates es x.

Definition lead (a : aff) : K := hd 0 (fst a).
Definition rest (a : aff) : aff := (tl (fst a), snd a).
Lemma affv_cons a y x : affv a (y :: x) = lead a * y + affv (rest a) x.
Proof. destruct a as [[|w0 w] b]; unfold affv, lead, rest; cbn [fst snd hd tl fdot]; [|ring]. destruct x; ring. Qed.

Definition leads (gs : list (K * aff)) : K := sum (fun e => fst e * lead (snd e)) gs.
Definition rests (gs : list (K * aff)) : list (K * aff) := map (fun e => (fst e, rest (snd e))) gs.
Lemma forms_cons gs y x : forms gs (y :: x) = leads gs * y + forms (rests gs) x.
Proof.
  unfold forms, leads, rests. rewrite sum_map. cbn [fst snd]. induction gs as [|e gs IH]; cbn [sum]; [ring|].
  rewrite IH, affv_cons. ring.
Qed.

Lemma mixed_aff l a : (2 <= length l)%nat -> mixed l (affv a) = 0.
Proof.
  intros H. destruct l as [|B l]; [simpl in H; lia|]. cbn [LeastPairs.mixed].
  rewrite (mixed_ext K l _ (fun _ => lead a * B - lead a * - B)); [|intros x _; rewrite !affv_cons; ring].
  apply mixed_const. destruct l; [simpl in H; lia|discriminate].
Qed.
Lemma mixed_forms l gs : (2 <= length l)%nat -> mixed l (forms gs) = 0.
Proof.
  intros H. unfold forms. rewrite (mixed_sum K _ l (fun e x => fst e * affv (snd e) x) gs).
  rewrite (sum_ext K _ (fun _ => 0)); [apply sum_0|]. intros e _. rewrite mixed_mul, mixed_aff by exact H. ring.
Qed.

(** Far out a form with w <> 0 has the sign of w B. *)
Lemma signs l w (g : list K -> K) : w <> 0 -> 0 <= w -> exists T, forall B, T <= B -> forall x, signed l x ->
  0 <= w * B + g x /\ - (w * B) + g x <= 0.
Proof.
  intros HW W0. destruct (bound_of K l (fun x => size_of K (g x))) as [M HM]. exists (finv w * M). intros B HB x Hx.
  assert (MB : M <= w * B).
  { replace M with (w * (finv w * M)).
    - apply fle_mul_l; assumption.
    - transitivity ((finv w * w) * M); [ring|]. rewrite finv_l by exact HW. ring. }
  pose proof (HM x Hx) as G. cbn beta in G. split.
  - replace (w * B + g x) with (w * B - - g x) by ring. apply fle_diff. apply fle_trans with M; [|exact MB].
    apply fle_trans with (size_of K (g x)); [apply size_2|exact G].
  - replace (- (w * B) + g x) with (- (w * B - g x)) by ring. apply fle_opp_0, fle_diff.
    apply fle_trans with M; [|exact MB]. apply fle_trans with (size_of K (g x)); [apply size_1|exact G].
Qed.

Lemma far_stable n : forall P, ~ ~ far (S n) P -> far (S n) P.
Proof.
  induction n as [|n IH]; intros P H.
  - cbn [LeastPairs.far] in *. tauto.
  - change (far (S n) (fun l => ~ ~ exists b, forall B, b <= B -> P (B :: l))). apply IH. exact H.
Qed.

Lemma gates_add e es x : gates (e :: es) x = fst e * relu (affv (snd e) x) + gates es x.
Proof. reflexivity. Qed.
Lemma forms_add e gs x : forms (e :: gs) x = fst e * affv (snd e) x + forms gs x.
Proof. reflexivity. Qed.

(** Both halves of a sum of gates. *)
Lemma halves es : ~ ~ exists u v gu eu gd ed,
  (forall l, exists T, forall B, T <= B -> forall x, signed l x ->
     gates es (B :: x) = u * B + sees gu eu x /\ gates es (- B :: x) = v * B + sees gd ed x) /\
  (length eu <= length es)%nat /\ (length ed <= length es)%nat /\
  ((length eu < length es /\ length ed < length es)%nat \/ (u = 0 /\ v = 0 /\ gu = gd /\ eu = ed)).
Proof.
  induction es as [|[c a] es IH]; intros N.
  - apply N. exists 0, 0, [], [], [], []. split; [|split; [apply le_n|split; [apply le_n|right; auto]]].
    intros l. exists 0. intros B _ x _. unfold sees, forms, gates. cbn [sum]. split; ring.
  - apply IH. intros [u [v [gu [eu [gd [ed [HE [Lu [Ld HC]]]]]]]]].
    assert (C : forall y x, gates ((c, a) :: es) (y :: x) = c * relu (lead a * y + affv (rest a) x) + gates es (y :: x)).
    { intros y x. unfold gates. cbn [sum fst snd]. rewrite affv_cons. reflexivity. }
    assert (W : lead a <> 0).
    { intros W. apply N. exists u, v, gu, ((c, rest a) :: eu), gd, ((c, rest a) :: ed). split.
      - intros l. destruct (HE l) as [T HT]. exists T. intros B HB x Hx. destruct (HT B HB x Hx) as [E1 E2].
        rewrite !C, E1, E2, W. replace (0 * B + affv (rest a) x) with (affv (rest a) x) by ring.
        replace (0 * - B + affv (rest a) x) with (affv (rest a) x) by ring.
        unfold sees. rewrite !gates_add. cbn [fst snd]. split; ring.
      - cbn [length]. split; [lia|split; [lia|]]. destruct HC as [HC|[H1 [H2 [H3 H4]]]]; [left; lia|right].
        rewrite H4. auto. }
    destruct (fle_total K 0 (lead a)) as [P|P].
    + apply N. exists (c * lead a + u), v, ((c, rest a) :: gu), eu, gd, ed. split.
      * intros l. destruct (HE l) as [T HT]. destruct (signs l (lead a) (affv (rest a)) W P) as [T' HT'].
        exists (fmax T T'). intros B HB x Hx.
        assert (B1 : T <= B) by (apply fle_trans with (fmax T T'); [apply fmax_le_l|exact HB]).
        assert (B2 : T' <= B) by (apply fle_trans with (fmax T T'); [apply fmax_le_r|exact HB]).
        destruct (HT B B1 x Hx) as [E1 E2]. destruct (HT' B B2 x Hx) as [S1 S2]. rewrite !C, E1, E2.
        rewrite (relu_pos K _ S1).
        replace (lead a * - B + affv (rest a) x) with (- (lead a * B) + affv (rest a) x) by ring.
        rewrite (relu_neg K _ S2). unfold sees. rewrite forms_add. cbn [fst snd]. split; ring.
      * cbn [length]. split; [lia|split; [lia|left; lia]].
    + assert (P' : 0 <= - lead a) by (apply fle_0_opp, P).
      assert (W' : - lead a <> 0).
      { intros E. apply W. replace (lead a) with (- - lead a) by ring. rewrite E. ring. }
      apply N. exists u, (- (c * lead a) + v), gu, eu, ((c, rest a) :: gd), ed. split.
      * intros l. destruct (HE l) as [T HT]. destruct (signs l (- lead a) (affv (rest a)) W' P') as [T' HT'].
        exists (fmax T T'). intros B HB x Hx.
        assert (B1 : T <= B) by (apply fle_trans with (fmax T T'); [apply fmax_le_l|exact HB]).
        assert (B2 : T' <= B) by (apply fle_trans with (fmax T T'); [apply fmax_le_r|exact HB]).
        destruct (HT B B1 x Hx) as [E1 E2]. destruct (HT' B B2 x Hx) as [S1 S2]. rewrite !C, E1, E2.
        replace (lead a * B + affv (rest a) x) with (- (- lead a * B) + affv (rest a) x) by ring.
        rewrite (relu_neg K _ S2).
        replace (lead a * - B + affv (rest a) x) with (- lead a * B + affv (rest a) x) by ring.
        rewrite (relu_pos K _ S1). unfold sees. rewrite forms_add. cbn [fst snd]. split; ring.
      * cbn [length]. split; [lia|split; [lia|left; lia]].
Qed.

(** One gate: at least three variables kill it. *)
Lemma mixed_gate n a : (3 <= n)%nat -> far n (fun l => mixed l (fun x => relu (affv a x)) = 0).
Proof.
  intros Hn. destruct n as [|n]; [lia|]. cbn [LeastPairs.far]. apply far_all. intros l Hl N.
  assert (HL : l <> []) by (destruct l; [simpl in Hl; lia|discriminate]).
  assert (W : lead a <> 0).
  { intros W. apply N. exists 0. intros B _. cbn [LeastPairs.mixed].
    transitivity (mixed l (fun _ => 0)); [|apply mixed_zero]. apply mixed_ext. intros x _.
    rewrite !affv_cons, W. replace (0 * - B + affv (rest a) x) with (0 * B + affv (rest a) x) by ring. ring. }
  assert (Z : forall c d : K, mixed l (fun x => c + d * affv (rest a) x) = 0).
  { intros c d. rewrite mixed_add, mixed_mul, mixed_aff, mixed_const by (lia || exact HL). ring. }
  destruct (fle_total K 0 (lead a)) as [P|P].
  - destruct (signs l (lead a) (affv (rest a)) W P) as [T HT]. apply N. exists T. intros B HB. cbn [LeastPairs.mixed].
    rewrite <- (Z (lead a * B) 1). apply mixed_ext. intros x Hx. destruct (HT B HB x Hx) as [S1 S2].
    rewrite !affv_cons, (relu_pos K _ S1).
    replace (lead a * - B + affv (rest a) x) with (- (lead a * B) + affv (rest a) x) by ring.
    rewrite (relu_neg K _ S2). ring.
  - assert (P' : 0 <= - lead a) by (apply fle_0_opp, P).
    assert (W' : - lead a <> 0).
    { intros E. apply W. replace (lead a) with (- - lead a) by ring. rewrite E. ring. }
    destruct (signs l (- lead a) (affv (rest a)) W' P') as [T HT]. apply N. exists T. intros B HB.
    cbn [LeastPairs.mixed]. rewrite <- (Z (lead a * B) (- (1))). apply mixed_ext. intros x Hx.
    destruct (HT B HB x Hx) as [S1 S2]. rewrite !affv_cons.
    replace (lead a * B + affv (rest a) x) with (- (- lead a * B) + affv (rest a) x) by ring.
    rewrite (relu_neg K _ S2).
    replace (lead a * - B + affv (rest a) x) with (- lead a * B + affv (rest a) x) by ring.
    rewrite (relu_pos K _ S1). ring.
Qed.
Lemma mixed_gates n es : (3 <= n)%nat -> far n (fun l => mixed l (gates es) = 0).
Proof.
  intros Hn. induction es as [|e es IH].
  - apply far_all. intros l _. unfold gates. cbn [sum]. apply mixed_zero.
  - generalize (far_and K n _ _ (mixed_gate n (snd e) Hn) IH). apply far_mono. intros l _ [E1 E2].
    transitivity (mixed l (fun x => fst e * relu (affv (snd e) x) + gates es x)); [reflexivity|].
    rewrite mixed_add, mixed_mul, E1, E2. ring.
Qed.
Lemma mixed_sees n gs es : (3 <= n)%nat \/ (es = [] /\ (2 <= n)%nat) -> far n (fun l => mixed l (sees gs es) = 0).
Proof.
  intros [Hn|[-> Hn]].
  - generalize (mixed_gates n es Hn). apply far_mono. intros l Hl E. unfold sees.
    rewrite mixed_add, E, mixed_forms by lia. ring.
  - apply far_all. intros l Hl. unfold sees. rewrite mixed_add, mixed_forms by lia.
    unfold gates. cbn [sum]. rewrite mixed_zero. ring.
Qed.

(** One step. *)
Lemma step l (f : list K -> K) u v gu gd : l <> [] ->
  (exists T, forall B, T <= B -> forall x, signed l x -> f (B :: x) = u * B + gu x /\ f (- B :: x) = v * B + gd x) ->
  mixed l gu = 0 -> mixed l gd = 0 ->
  (mixed l (fun x => size_of K (gu x)) = 0 /\ mixed l (fun x => size_of K (gd x)) = 0)
    \/ (v = - u /\ forall x, gu x = gd x) ->
  ~ ~ exists b, forall B, b <= B -> mixed (B :: l) (fun x => size_of K (f x)) = 0.
Proof.
  intros HL [T HT] Zu Zd HC.
  assert (R : (exists b, forall B, b <= B -> mixed l (fun x => size_of K (u * B + gu x)) = 0) ->
    (exists b, forall B, b <= B -> mixed l (fun x => size_of K (v * B + gd x)) = 0) ->
    exists b, forall B, b <= B -> mixed (B :: l) (fun x => size_of K (f x)) = 0).
  { intros [b1 H1] [b2 H2]. exists (fmax T (fmax b1 b2)). intros B HB.
    assert (B0 : T <= B) by (apply fle_trans with (fmax T (fmax b1 b2)); [apply fmax_le_l|exact HB]).
    assert (B12 : fmax b1 b2 <= B) by (apply fle_trans with (fmax T (fmax b1 b2)); [apply fmax_le_r|exact HB]).
    cbn [LeastPairs.mixed]. rewrite mixed_sub.
    rewrite (mixed_ext K l _ (fun x => size_of K (u * B + gu x)));
      [|intros x Hx; f_equal; apply (HT B B0 x Hx)].
    rewrite H1 by (apply fle_trans with (fmax b1 b2); [apply fmax_le_l|exact B12]).
    rewrite (mixed_ext K l _ (fun x => size_of K (v * B + gd x)));
      [|intros x Hx; f_equal; apply (HT B B0 x Hx)].
    rewrite H2 by (apply fle_trans with (fmax b1 b2); [apply fmax_le_r|exact B12]). ring. }
  intros N. destruct HC as [[Au Ad]|[EV EG]].
  - apply (settled K l u gu HL Zu Au). intros H1. apply (settled K l v gd HL Zd Ad). intros H2. apply N, R; assumption.
  - assert (W : u <> 0).
    { intros W. apply N. exists T. intros B HB. cbn [LeastPairs.mixed].
      transitivity (mixed l (fun _ => 0)); [|apply mixed_zero]. apply mixed_ext. intros x Hx.
      destruct (HT B HB x Hx) as [E1 E2]. rewrite E1, E2, EV, EG, W.
      replace (- (0) * B) with (0 * B) by ring. ring. }
    apply N, R; apply settled_nonzero; try assumption. rewrite EV. intros E. apply W.
    replace u with (- - u) by ring. rewrite E. ring.
Qed.

Lemma mixed_abs_sees n : forall gs es, (length es + 3 <= n)%nat ->
  far n (fun l => mixed l (fun x => size_of K (sees gs es x)) = 0).
Proof.
  induction n as [|n IH]; intros gs es Hn; [lia|]. apply far_stable. intros N. apply (halves es).
  intros [u [v [gu [eu [gd [ed [HE [Lu [Ld HC]]]]]]]]]. apply N. clear N. cbn [LeastPairs.far].
  assert (HL : forall l : list K, length l = n -> l <> []) by (intros [|a l] Hl; [simpl in Hl; lia|discriminate]).
  assert (E : forall l, exists T, forall B, T <= B -> forall x, signed l x ->
    sees gs es (B :: x) = (leads gs + u) * B + sees (rests gs ++ gu) eu x /\
    sees gs es (- B :: x) = (- leads gs + v) * B + sees (rests gs ++ gd) ed x).
  { intros l. destruct (HE l) as [T HT]. exists T. intros B HB x Hx. destruct (HT B HB x Hx) as [E1 E2].
    unfold sees at 1 3. rewrite E1, E2, !forms_cons. unfold sees, forms. rewrite !sum_app. split; ring. }
  destruct HC as [[Su Sd]|[Eu [Ev [Eg Ee]]]].
  - assert (Fu : far n (fun l => mixed l (sees (rests gs ++ gu) eu) = 0)) by (apply mixed_sees; lia).
    assert (Fd : far n (fun l => mixed l (sees (rests gs ++ gd) ed) = 0)) by (apply mixed_sees; lia).
    assert (Hu : (length eu + 3 <= n)%nat) by lia. assert (Hd : (length ed + 3 <= n)%nat) by lia.
    generalize (far_and K n _ _ (far_and K n _ _ Fu Fd)
      (far_and K n _ _ (IH (rests gs ++ gu) eu Hu) (IH (rests gs ++ gd) ed Hd))).
    apply far_mono. intros l Hl [[Zu Zd] [Au Ad]].
    apply (step l _ _ _ _ _ (HL l Hl) (E l) Zu Zd). left. split; assumption.
  - assert (Fu : far n (fun l => mixed l (sees (rests gs ++ gu) eu) = 0)).
    { apply mixed_sees. destruct es as [|e es]; [right|left; simpl in Hn; lia].
      split; [|lia]. destruct eu; [reflexivity|simpl in Lu; lia]. }
    revert Fu. apply far_mono. intros l Hl Zu. apply (step l _ _ _ _ _ (HL l Hl) (E l) Zu).
    + rewrite <- Eg, <- Ee. exact Zu.
    + right. split; [rewrite Eu, Ev; ring|]. intros x. rewrite Eg, Ee. reflexivity.
Qed.

(** ** The theorem, with weights in the field *)
Lemma killed_not_max n (A : Type) (fs : list A) (f : A -> list K -> K) : (1 <= n)%nat ->
  (forall a, In a fs -> far n (fun l => mixed l (f a) = 0)) ->
  ~ (forall x, length x = n -> is_max (sum (fun a => f a x) fs) x).
Proof.
  intros Hn H HM.
  assert (F : far n (fun l => sum (fun a => mixed l (f a)) fs = 0)).
  { clear HM. induction fs as [|a fs IH].
    - apply far_all. intros l _. reflexivity.
    - generalize (far_and K n _ _ (H a (or_introl eq_refl)) (IH (fun b Hb => H b (or_intror Hb)))). apply far_mono.
      intros l _ [E1 E2]. cbn [sum]. rewrite E1, E2. ring. }
  apply (far_false K n). destruct n as [|m]; [lia|].
  generalize (far_and K (S m) _ _ F (mixed_max K m)). apply far_mono. intros l Hl [E1 E2]. apply E2.
  rewrite (mixed_ext K l _ (fun x => sum (fun a => f a x) fs)); [rewrite mixed_sum; exact E1|].
  intros x Hx. apply signed_length in Hx. apply (is_max_unique K) with x; [|apply HM; congruence].
  apply maximum_is_max. intros ->. simpl in Hx. lia.
Qed.

Lemma mixed_relu_sees n gs es : (length es + 3 <= n)%nat ->
  far n (fun l => mixed l (fun x => relu (sees gs es x)) = 0).
Proof.
  intros Hn. assert (H3 : (3 <= n)%nat) by lia.
  generalize (far_and K n _ _ (mixed_abs_sees n gs es Hn) (mixed_sees n gs es (or_introl H3))).
  apply far_mono. intros l _ [E1 E2].
  rewrite (mixed_ext K l _ (fun x => half K * sees gs es x + half K * size_of K (sees gs es x))).
  - rewrite mixed_add, !mixed_mul, E1, E2. ring.
  - intros x _. unfold relu. rewrite fmax_abs.
    replace (sees gs es x + 0) with (sees gs es x) by ring. replace (sees gs es x - 0) with (sees gs es x) by ring.
    reflexivity.
Qed.

(** The output: affine forms [gs0] and first-layer neurons [es0] directly (skip connections), and second-layer
    neurons, each with affine forms, first-layer neurons and a weight. *)
Theorem fan_in_any n (gs0 es0 : list (K * aff)) (second_layer : list (list (K * aff) * list (K * aff) * K)) :
  (3 <= n)%nat ->
  (forall x, length x = n ->
     is_max (sees gs0 es0 x + sum (fun t => snd t * relu (sees (fst (fst t)) (snd (fst t)) x)) second_layer) x) ->
  exists t, In t second_layer /\ (n - 2 <= length (snd (fst t)))%nat.
Proof.
  intros Hn HM.
  destruct (Exists_dec (fun t : list (K * aff) * list (K * aff) * K => (n - 2 <= length (snd (fst t)))%nat)
    second_layer) as [H|H].
  - intros t. apply le_dec.
  - apply Exists_exists in H. exact H.
  - exfalso. rewrite <- Forall_Exists_neg, Forall_forall in H.
    apply (killed_not_max n (option (list (K * aff) * list (K * aff) * K)) (None :: map Some second_layer)
      (fun o x => match o with None => sees gs0 es0 x
                             | Some t => snd t * relu (sees (fst (fst t)) (snd (fst t)) x) end)); [lia| |].
    + intros o [<-|Ho]; [apply mixed_sees; auto|]. apply in_map_iff in Ho. destruct Ho as [t [<- Ht]].
      specialize (H t Ht). cbn beta in H.
      assert (L : (length (snd (fst t)) + 3 <= n)%nat) by lia.
      generalize (mixed_relu_sees n (fst (fst t)) (snd (fst t)) L). apply far_mono. intros l _ E.
      rewrite mixed_mul, E. ring.
    + intros x Hx. cbn [sum]. rewrite sum_map. apply HM, Hx.
Qed.

(** ** Networks *)
Definition nonzero (q : Q) : bool := negb (Qeq_bool q 0).
Lemma ofQ_zero q : nonzero q = false -> ofQ q = 0 :> K.
Proof.
  intros H. unfold nonzero in H. apply negb_false_iff, Qeq_bool_iff in H.
  assert (E : Qnum q = 0%Z) by (unfold Qeq in H; simpl in H; lia).
  unfold ofQ. rewrite E, ofZ_0, fdiv_def. ring.
Qed.

Definition as_aff (u : neuron) : aff := (map ofQ (weights u), ofQ (bias u)).
Lemma as_aff_value u x : affv (as_aff u) x = affine u x.
Proof.
  unfold affv, as_aff, affine. cbn [fst snd]. f_equal. generalize (weights u). intros w. revert x.
  induction w as [|q w IH]; intros [|a x]; cbn [map fdot dot]; try reflexivity. rewrite IH. reflexivity.
Qed.
Definition read_from (L1 : layer) (u : neuron) : list (K * aff) :=
  map (fun p => (ofQ (fst p), as_aff (snd p))) (filter (fun p => nonzero (fst p)) (combine (weights u) L1)).
Definition own_bias (u : neuron) : list (K * aff) := [(1, ([], ofQ (bias u)))].

Lemma reads L1 u x : sees (own_bias u) (read_from L1 u) x = affine u (apply_layer x L1).
Proof.
  unfold affine at 1, apply_layer. rewrite (dot_map K). unfold sees, own_bias, read_from, forms, gates.
  rewrite sum_map. cbn [sum fst snd]. unfold affv at 1. cbn [fst snd fdot].
  rewrite (sum_ext K (fun p => ofQ (fst p) * relu (affv (as_aff (snd p)) x)) (fun p => ofQ (fst p) * relu (affine (snd p) x)))
    by (intros p _; rewrite as_aff_value; reflexivity).
  rewrite <- sum_if.
  rewrite (sum_ext K _ (fun p => ofQ (fst p) * relu (affine (snd p) x)) (combine (weights u) L1)); [ring|].
  intros p _. destruct (nonzero (fst p)) eqn:E; [reflexivity|]. rewrite (ofQ_zero _ E). ring.
Qed.
Lemma reads_few L1 u : (length (read_from L1 u) <= length (filter nonzero (weights u)))%nat.
Proof.
  unfold read_from. rewrite map_length. generalize (weights u). intros w. revert L1.
  induction w as [|q w IH]; intros [|v L1]; cbn [combine filter fst]; try (simpl; lia).
  specialize (IH L1). destruct (nonzero q); simpl; lia.
Qed.

(** Some neuron of the second hidden layer has at least n - 2 weights that are not 0. *)
Theorem fan_in n N L1 L2 : (3 <= n)%nat -> hidden N = [L1; L2] -> computes_max K n N ->
  exists u, In u L2 /\ (n - 2 <= length (filter nonzero (weights u)))%nat.
Proof.
  intros Hn HN HM.
  destruct (fan_in_any n (own_bias (output N)) []
    (map (fun p => (own_bias (snd p), read_from L1 (snd p), ofQ (fst p))) (combine (weights (output N)) L2)) Hn)
    as [t [Ht E]].
  - intros x Hx. specialize (HM x Hx). unfold eval in HM. rewrite HN in HM. cbn [fold_left] in HM.
    match goal with |- is_max ?a _ => match type of HM with is_max ?b _ => replace a with b; [exact HM|] end end.
    unfold affine, apply_layer at 1. rewrite (dot_map K), sum_map. cbn [fst snd].
    unfold sees at 1, own_bias at 1, forms, gates. cbn [sum fst snd]. unfold affv at 1. cbn [fst snd fdot].
    rewrite (sum_ext K (fun p => ofQ (fst p) * relu (sees (own_bias (snd p)) (read_from L1 (snd p)) x))
      (fun p => ofQ (fst p) * relu (affine (snd p) (apply_layer x L1)))); [unfold affine; ring|].
    intros p _. rewrite reads. reflexivity.
  - apply in_map_iff in Ht. destruct Ht as [[q u] [<- Hu]]. cbn [fst snd] in E. exists u.
    split; [apply in_combine_r in Hu; exact Hu|]. pose proof (reads_few L1 u). lia.
Qed.

(** ** From above: templates are such neurons *)
(** A neuron of the second layer may here also see affine forms of the inputs (skip connections), which are not
    counted; at most m neurons of the first layer: *)
Definition reachable (n m : nat) : Prop :=
  exists gs0 es0 (second_layer : list (list (K * aff) * list (K * aff) * K)),
    (forall t, In t second_layer -> (length (snd (fst t)) <= m)%nat) /\
    forall x, length x = n ->
      is_max (sees gs0 es0 x + sum (fun t => snd t * relu (sees (fst (fst t)) (snd (fst t)) x)) second_layer) x.

Theorem fan_in_needed n m : (3 <= n)%nat -> reachable n m -> (n - 2 <= m)%nat.
Proof.
  intros Hn [gs0 [es0 [L [HL HM]]]]. destruct (fan_in_any n gs0 es0 L Hn HM) as [t [Ht E]]. specialize (HL t Ht). lia.
Qed.

Fixpoint unit_vector (a : K) (i : nat) : list K := match i with O => [a] | S i => 0 :: unit_vector a i end.
Fixpoint difference_vector (i j : nat) : list K :=
  match i, j with
  | O, O => [] | O, S j => 1 :: unit_vector (- (1)) j | S i, O => - (1) :: unit_vector 1 i
  | S i, S j => 0 :: difference_vector i j end.
Lemma entry_nil i : entry (@nil K) i = 0.
Proof. destruct i; reflexivity. Qed.
Lemma unit_vector_value a i : forall x, fdot (unit_vector a i) x = a * entry x i.
Proof.
  induction i as [|i IH]; intros [|b x]; cbn [unit_vector fdot]; rewrite ?entry_nil; try ring.
  - unfold entry. cbn [nth]. destruct x; ring.
  - rewrite IH. unfold entry. cbn [nth]. ring.
Qed.
Lemma difference_vector_value i : forall j x, fdot (difference_vector i j) x = entry x i - entry x j.
Proof.
  induction i as [|i IH]; intros [|j] [|b x]; cbn [difference_vector fdot]; rewrite ?entry_nil; try ring.
  - rewrite unit_vector_value. unfold entry. cbn [nth]. ring.
  - rewrite unit_vector_value. unfold entry. cbn [nth]. ring.
  - rewrite IH. unfold entry. cbn [nth]. ring.
Qed.

Definition bases (p : list (pair * K)) : list (K * aff) :=
  map (fun e => (snd e, (unit_vector 1 (snd (fst e)), 0))) p.
Definition kinks (p : list (pair * K)) : list (K * aff) :=
  map (fun e => (snd e, (difference_vector (fst (fst e)) (snd (fst e)), 0))) (filter (is_pair K) p).
Lemma phi_sees p x : phi K p x = sees (bases p) (kinks p) x.
Proof.
  unfold sees, forms, gates, bases, kinks. rewrite !sum_map. cbn [fst snd]. rewrite <- sum_if, <- sum_add.
  apply sum_ext. intros e _. unfold affv. cbn [fst snd]. rewrite unit_vector_value, difference_vector_value.
  unfold pair_max. rewrite fmax_relu. unfold is_pair.
  destruct (Nat.eqb_spec (fst (fst e)) (snd (fst e))) as [E|E]; cbn [negb].
  - rewrite E. replace (entry x (snd (fst e)) - entry x (snd (fst e))) with (0 : K) by ring.
    rewrite relu_pos by apply fle_refl. ring.
  - replace (entry x (fst (fst e)) - entry x (snd (fst e)) + 0)
      with (entry x (fst (fst e)) - entry x (snd (fst e))) by ring. ring.
Qed.

Theorem fan_in_enough n m (linear : list (pair * K)) (comps : list ((list pair * list pair) * K)) :
  (forall c, In c comps -> (edges K (difference_of K (fst c)) <= m)%nat) ->
  (forall x, length x = n -> is_max (phi K linear x + sum (fun c => snd c * compare x (fst c)) comps) x) ->
  reachable n m.
Proof.
  intros HK HM. set (lin := linear ++ flat_map (fun c => weighted K (snd c) (snd (fst c))) comps).
  exists (bases lin), (kinks lin),
    (map (fun c => (bases (difference_of K (fst c)), kinks (difference_of K (fst c)), snd c)) comps). split.
  - intros t Ht. apply in_map_iff in Ht. destruct Ht as [c [<- Hc]]. cbn [fst snd]. unfold kinks. rewrite map_length.
    apply HK, Hc.
  - intros x Hx. rewrite sum_map. cbn [fst snd]. rewrite <- phi_sees.
    replace (phi K lin x + _) with (phi K linear x + sum (fun c => snd c * compare x (fst c)) comps); [apply HM, Hx|].
    unfold lin. rewrite phi_app.
    transitivity (phi K linear x + (phi K (flat_map (fun c => weighted K (snd c) (snd (fst c))) comps) x
      + sum (fun c => snd c * relu (sees (bases (difference_of K (fst c))) (kinks (difference_of K (fst c))) x)) comps));
      [|ring].
    f_equal. unfold phi at 1. rewrite sum_flat_map, <- sum_add. apply sum_ext. intros c _.
    rewrite <- phi_sees. change (snd c * compare x (fst c) = phi K (weighted K (snd c) (snd (fst c))) x
      + snd c * relu (phi K (difference_of K (fst c)) x)).
    unfold difference_of. rewrite phi_app, !phi_weighted. unfold compare. rewrite fmax_relu.
    replace (1 * sum_of_maxes x (fst (fst c)) + - (1) * sum_of_maxes x (snd (fst c)))
      with (sum_of_maxes x (fst (fst c)) - sum_of_maxes x (snd (fst c))) by ring. ring.
Qed.
Theorem possible_reachable n k : possible K n k -> reachable n (2 * k).
Proof.
  intros [linear [comps [HK HM]]]. apply (fan_in_enough n (2 * k) linear comps); [|exact HM].
  intros c Hc. destruct (HK c Hc). pose proof (edges_length K (difference_of K (fst c))) as L.
  rewrite <- (map_length fst), difference_fst, app_length in L. lia.
Qed.
Lemma reachable_more n m m' : (m <= m')%nat -> reachable n m -> reachable n m'.
Proof.
  intros H [gs0 [es0 [L [HL HM]]]]. exists gs0, es0, L. split; [|exact HM]. intros t Ht. specialize (HL t Ht). lia.
Qed.
End Field.
