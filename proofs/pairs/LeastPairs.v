(** * A lower bound for the family of templates, by mixed differences

    Let max(x_1, ..., x_n) = (functions of fewer variables) + sum of q_t |phi_t(x)|, where every phi_t is a
    linear combination of the x_i and the max(x_i, x_j). Then some phi_t has at least n - 2 pairs i <> j.

    The proof. Let D f be the sum of f over the signs of x = (+-B_1, ..., +-B_n), with the product of the signs;
    every B_i is far above all that the earlier ones allow. D kills functions of fewer variables. D max = +-2 B_1.
    D |phi| = 0 if phi has at most n - 3 pairs: fix the sign of the largest, x = +-B. Then phi = w B + phi', where phi'
    has n - 1 variables. If w <> 0 the sign of phi is that of w, and D phi' = 0; if w = 0, phi' has fewer pairs (or B
    does not occur at all).

    Over every ordered field, without axioms and without a decidable equality: what is far out is stated with
    double negations, and the conclusion is about natural numbers. *)

From Coq Require Import List Arith ZArith QArith Ring Lia Bool.
From Maxpooling Require Import OrderedField Network Maximum Relabel Checker NoOneLayer Ranks Identity Verify.
Import ListNotations.
Open Scope list_scope.

Section Field.
Variable K : ofield.
Add Ring K_ring : (f_ring K).
Local Open Scope of_scope.

(** ** What is to be read: the functions phi, and their pairs *)
(** A list of pairs with coefficients; the pair (i, i) stands for x_i, as max(x_i, x_i) = x_i. *)
Definition phi (p : list (pair * K)) (x : list K) : K := sum (fun e => snd e * pair_max x (fst e)) p.
Definition is_pair (e : pair * K) : bool := negb (fst (fst e) =? snd (fst e))%nat.
Definition edges (p : list (pair * K)) : nat := length (filter is_pair p).
(** [size_of a] is the absolute value, max(a, -a). A function of lists that does not depend on entry k: *)
Definition ignores (k : nat) (f : list K -> K) : Prop :=
  forall x y, length x = length y -> (forall i, i <> k -> entry x i = entry y i) -> f x = f y.

(** ** Mixed differences *)
Fixpoint mixed (l : list K) (f : list K -> K) : K :=
  match l with [] => f [] | B :: l' => mixed l' (fun x => f (B :: x) - f (- B :: x)) end.
Fixpoint signed (l x : list K) : Prop :=
  match l, x with
  | [], [] => True
  | B :: l', y :: x' => (y = B \/ y = - B) /\ signed l' x'
  | _, _ => False end.

Lemma signed_length l x : signed l x -> length x = length l.
Proof.
  revert x. induction l as [|B l IH]; intros [|y x] H; simpl in *; try contradiction; [reflexivity|].
  f_equal. apply IH, H.
Qed.

Lemma mixed_ext l f g : (forall x, signed l x -> f x = g x) -> mixed l f = mixed l g.
Proof.
  revert f g. induction l as [|B l IH]; intros f g H; simpl; [apply H; exact I|].
  apply IH. intros x Hx. rewrite (H (B :: x)), (H (- B :: x)) by (simpl; auto). reflexivity.
Qed.
Lemma mixed_zero l : mixed l (fun _ => 0) = 0.
Proof.
  induction l as [|B l IH]; simpl; [reflexivity|].
  transitivity (mixed l (fun _ => 0)); [apply mixed_ext; intros; ring|exact IH].
Qed.
Lemma mixed_add l f g : mixed l (fun x => f x + g x) = mixed l f + mixed l g.
Proof.
  revert f g. induction l as [|B l IH]; intros f g; simpl; [reflexivity|].
  rewrite <- IH. apply mixed_ext. intros; ring.
Qed.
Lemma mixed_mul l c f : mixed l (fun x => c * f x) = c * mixed l f.
Proof.
  revert f. induction l as [|B l IH]; intros f; simpl; [reflexivity|].
  rewrite <- IH. apply mixed_ext. intros; ring.
Qed.
Lemma mixed_sub l f g : mixed l (fun x => f x - g x) = mixed l f - mixed l g.
Proof.
  transitivity (mixed l f + (- (1)) * mixed l g); [|ring]. rewrite <- mixed_mul, <- mixed_add.
  apply mixed_ext. intros; ring.
Qed.
Lemma mixed_sum A l (f : A -> list K -> K) (s : list A) :
  mixed l (fun x => sum (fun a => f a x) s) = sum (fun a => mixed l (f a)) s.
Proof.
  induction s as [|a s IH]; cbn [sum]; [apply mixed_zero|]. rewrite <- IH. apply mixed_add.
Qed.
Lemma mixed_const l c : l <> [] -> mixed l (fun _ => c) = 0.
Proof.
  destruct l as [|B l]; intros H; [congruence|]. simpl.
  transitivity (mixed l (fun _ => 0)); [apply mixed_ext; intros; ring|apply mixed_zero].
Qed.

Lemma mixed_ignores k : forall l f, (k < length l)%nat -> ignores k f -> mixed l f = 0.
Proof.
  induction k as [|k IH]; intros [|B l] f Hk H; simpl in Hk; try lia; simpl.
  - transitivity (mixed l (fun _ => 0)); [|apply mixed_zero]. apply mixed_ext. intros x _.
    rewrite (H (B :: x) (- B :: x)); [ring|reflexivity|]. intros [|i] Hi; [congruence|reflexivity].
  - apply IH; [lia|]. intros x y HL Hxy.
    assert (E : forall b, f (b :: x) = f (b :: y)).
    { intros b. apply H; [simpl; congruence|]. intros [|i] Hi; [reflexivity|]. apply (Hxy i). congruence. }
    rewrite !E. reflexivity.
Qed.

Lemma pair_ignores e k : k <> fst e -> k <> snd e -> ignores k (fun x => pair_max x e).
Proof. intros H1 H2 x y _ H. unfold pair_max. rewrite (H (fst e)), (H (snd e)) by congruence. reflexivity. Qed.

Lemma mixed_phi l p : (2 <= length l)%nat -> (edges p = O \/ 3 <= length l)%nat -> mixed l (phi p) = 0.
Proof.
  intros H2 H3. unfold phi.
  rewrite (mixed_sum (pair * K) l (fun e x => snd e * pair_max x (fst e)) p).
  transitivity (sum (fun _ : pair * K => (0 : K)) p); [|apply sum_0]. apply sum_ext. intros e He.
  rewrite mixed_mul.
  assert (E : exists k, (k < length l)%nat /\ k <> fst (fst e) /\ k <> snd (fst e)).
  { destruct H3 as [H3|H3].
    - assert (E : fst (fst e) = snd (fst e)).
      { unfold edges in H3. apply length_zero_iff_nil in H3.
        destruct (is_pair e) eqn:P.
        - assert (In e (filter is_pair p)) by (apply filter_In; auto). rewrite H3 in H. contradiction.
        - unfold is_pair in P. apply negb_false_iff, Nat.eqb_eq in P. exact P. }
      rewrite E. destruct (Nat.eq_dec (snd (fst e)) 0); [exists 1%nat|exists 0%nat]; lia.
    - destruct e as [[i j] a]. cbn [fst snd].
      destruct (Nat.eq_dec i 0), (Nat.eq_dec j 0), (Nat.eq_dec i 1), (Nat.eq_dec j 1);
        first [exists 0%nat; lia | exists 1%nat; lia | exists 2%nat; lia]. }
  destruct E as [k [Hk [E1 E2]]]. rewrite (mixed_ignores k l); [ring|exact Hk|apply pair_ignores; assumption].
Qed.

(** ** Far out: the later (larger) entries are chosen after the earlier ones; the largest stands first *)
Fixpoint far (n : nat) (P : list K -> Prop) : Prop :=
  match n with
  | O => P []
  | S m => far m (fun l => ~ ~ exists b, forall B, b <= B -> P (B :: l)) end.

Lemma far_mono n : forall P Q : list K -> Prop, (forall l, length l = n -> P l -> Q l) -> far n P -> far n Q.
Proof.
  induction n as [|n IH]; intros P Q H; simpl; [apply H; reflexivity|].
  apply IH. intros l Hl N N'. apply N. intros [b Hb]. apply N'. exists b. intros B HB.
  apply H; [simpl; congruence|]. apply Hb, HB.
Qed.
Lemma far_all n : forall P : list K -> Prop, (forall l, length l = n -> P l) -> far n P.
Proof.
  induction n as [|n IH]; intros P H; simpl; [apply H; reflexivity|].
  apply IH. intros l Hl N. apply N. exists 0. intros B _. apply H. simpl. congruence.
Qed.
Lemma far_and n : forall P Q, far n P -> far n Q -> far n (fun l => P l /\ Q l).
Proof.
  induction n as [|n IH]; intros P Q; simpl; [auto|]. intros HP HQ.
  generalize (IH _ _ HP HQ). apply far_mono. intros l _ [NP NQ] N.
  apply NP. intros [b Hb]. apply NQ. intros [b' Hb']. apply N. exists (fmax b b'). intros B HB. split.
  - apply Hb. apply fle_trans with (fmax b b'); [apply fmax_le_l|exact HB].
  - apply Hb'. apply fle_trans with (fmax b b'); [apply fmax_le_r|exact HB].
Qed.
Lemma far_false n : ~ far n (fun _ => False).
Proof.
  induction n as [|n IH]; simpl; [auto|]. intros H. apply IH. revert H. apply far_mono.
  intros l _ N. apply N. intros [b Hb]. apply (Hb b), fle_refl.
Qed.

(** ** Bounds *)
Lemma bound_of l : forall g : list K -> K, exists M, forall x, signed l x -> g x <= M.
Proof.
  induction l as [|B l IH]; intros g.
  - exists (g []). intros [|y x] H; [apply fle_refl|contradiction].
  - destruct (IH (fun x => g (B :: x))) as [M1 H1]. destruct (IH (fun x => g (- B :: x))) as [M2 H2].
    exists (fmax M1 M2). intros [|y x] H; [contradiction|]. destruct H as [[->| ->] H].
    + apply fle_trans with M1; [apply H1, H|apply fmax_le_l].
    + apply fle_trans with M2; [apply H2, H|apply fmax_le_r].
Qed.

Definition within (B : K) (x : list K) : Prop := forall i, entry x i <= B /\ - B <= entry x i.

Lemma size_entry x : forall i, size_of K (entry x i) <= sum (size_of K) x.
Proof.
  induction x as [|a x IH]; intros i.
  - unfold entry. replace (nth i [] 0) with (0 : K) by (destruct i; reflexivity). cbn [sum]. unfold size_of.
    replace (- (0)) with (0 : K) by ring. rewrite fmax_l by apply fle_refl. apply fle_refl.
  - assert (T : (0 : K) <= sum (size_of K) x).
    { apply fle_trans with (size_of K (entry x 0)); [apply size_nonneg|apply IH]. }
    cbn [sum]. destruct i as [|i]; unfold entry; cbn [nth].
    + replace (size_of K a) with (size_of K a + 0) at 1 by ring. apply fle_add2; [apply fle_refl|exact T].
    + apply fle_trans with (0 + sum (size_of K) x).
      * replace (0 + sum (size_of K) x) with (sum (size_of K) x) by ring. apply IH.
      * apply fle_add, size_nonneg.
Qed.
Lemma within_sum B x : sum (size_of K) x <= B -> within B x.
Proof.
  intros H i. assert (S : size_of K (entry x i) <= B).
  { apply fle_trans with (sum (size_of K) x); [apply size_entry|exact H]. }
  split.
  - apply fle_trans with (size_of K (entry x i)); [apply size_1|exact S].
  - replace (entry x i) with (- - entry x i) by ring. apply fle_opp.
    apply fle_trans with (size_of K (entry x i)); [apply size_2|exact S].
Qed.
Lemma bounded l : exists T, forall B, T <= B -> forall x, signed l x -> within B x.
Proof.
  destruct (bound_of l (sum (size_of K))) as [T HT]. exists T. intros B HB x Hx. apply within_sum.
  apply fle_trans with T; [apply HT, Hx|exact HB].
Qed.

(** ** The first entry far up, far down *)
Definition up_weight (e : pair * K) : K := match fst e with (S _, S _) => 0 | _ => snd e end.
Definition down_weight (e : pair * K) : K := match fst e with (O, O) => snd e | _ => 0 end.
Definition up (e : pair * K) : list (pair * K) := match fst e with (S i, S j) => [((i, j), snd e)] | _ => [] end.
Definition down (e : pair * K) : list (pair * K) :=
  match fst e with
  | (O, O) => [] | (O, S j) => [((j, j), snd e)] | (S i, O) => [((i, i), snd e)]
  | (S i, S j) => [((i, j), snd e)] end.

Lemma phi_cons e p x : phi (e :: p) x = snd e * pair_max x (fst e) + phi p x.
Proof. reflexivity. Qed.
Lemma phi_app p q x : phi (p ++ q) x = phi p x + phi q x.
Proof. apply sum_app. Qed.

Lemma phi_up p B x : within B x -> phi p (B :: x) = sum up_weight p * B + phi (flat_map up p) x.
Proof.
  intros W. induction p as [|[[i j] a] p IH]; [unfold phi; simpl; ring|].
  rewrite phi_cons, IH. cbn [flat_map sum]. rewrite phi_app.
  destruct i as [|i], j as [|j]; unfold up_weight, up, pair_max, entry; cbn [fst snd nth].
  - rewrite fmax_l by apply fle_refl. unfold phi at 2. cbn [sum]. ring.
  - rewrite fmax_l by apply (W j). unfold phi at 2. cbn [sum]. ring.
  - rewrite fmax_r by apply (W i). unfold phi at 2. cbn [sum]. ring.
  - rewrite phi_cons. unfold phi at 2, pair_max, entry. cbn [sum fst snd]. ring.
Qed.
Lemma phi_down p B x : within B x -> phi p (- B :: x) = sum down_weight p * - B + phi (flat_map down p) x.
Proof.
  intros W. induction p as [|[[i j] a] p IH]; [unfold phi; simpl; ring|].
  rewrite phi_cons, IH. cbn [flat_map sum]. rewrite phi_app.
  destruct i as [|i], j as [|j]; unfold down_weight, down, pair_max, entry; cbn [fst snd nth].
  - rewrite fmax_l by apply fle_refl. unfold phi at 2. cbn [sum]. ring.
  - rewrite fmax_r by apply (W j). rewrite phi_cons. unfold phi at 2, pair_max, entry. cbn [sum fst snd].
    rewrite fmax_l by apply fle_refl. ring.
  - rewrite fmax_l by apply (W i). rewrite phi_cons. unfold phi at 2, pair_max, entry. cbn [sum fst snd].
    rewrite fmax_l by apply fle_refl. ring.
  - rewrite phi_cons. unfold phi at 2, pair_max, entry. cbn [sum fst snd]. ring.
Qed.

Lemma edges_cons e p : edges (e :: p) = ((if is_pair e then 1 else 0) + edges p)%nat.
Proof. unfold edges. simpl. destruct (is_pair e); reflexivity. Qed.
Lemma edges_up_down p :
  (edges (flat_map up p) <= edges p)%nat /\ edges (flat_map down p) = edges (flat_map up p) /\
  (edges (flat_map up p) = edges p -> flat_map up p = flat_map down p /\ sum up_weight p = sum down_weight p).
Proof.
  induction p as [|[[i j] a] p IH]; [simpl; auto|]. destruct IH as [I1 [I2 I3]].
  assert (L : forall k, is_pair (k, k, a) = false)
    by (intros k; unfold is_pair; simpl; rewrite Nat.eqb_refl; reflexivity).
  cbn [flat_map sum]. set (U := flat_map up p) in *. set (D := flat_map down p) in *.
  set (su := sum up_weight p) in *. set (sd := sum down_weight p) in *.
  destruct i as [|i], j as [|j]; unfold up, down, up_weight, down_weight; cbn [fst snd app];
    rewrite ?edges_cons, ?L.
  - split; [lia|split; [exact I2|]]. intros E. destruct I3 as [J1 J2]; [lia|]. split; [exact J1|].
    rewrite J2. reflexivity.
  - assert (P : is_pair (0%nat, S j, a) = true) by reflexivity. rewrite P.
    split; [lia|split; [lia|]]. intros E. lia.
  - assert (P : is_pair (S i, 0%nat, a) = true) by reflexivity. rewrite P.
    split; [lia|split; [lia|]]. intros E. lia.
  - assert (P : is_pair (S i, S j, a) = is_pair (i, j, a)) by reflexivity. rewrite P.
    split; [lia|split; [lia|]]. intros E. destruct I3 as [J1 J2]; [lia|]. rewrite J1, J2. split; reflexivity.
Qed.

(** ** The absolute value of w B + g *)
Lemma size_of_pos a : 0 <= a -> size_of K a = a.
Proof. intros H. apply fmax_l. apply fle_trans with 0; [apply fle_opp_0, H|exact H]. Qed.
Lemma size_of_opp a : size_of K (- a) = size_of K a.
Proof. unfold size_of. replace (- - a) with a by ring. apply fmax_comm. Qed.

Lemma settled_positive l w g : l <> [] -> mixed l g = 0 -> w <> 0 -> 0 <= w ->
  exists b, forall B, b <= B -> mixed l (fun x => size_of K (w * B + g x)) = 0.
Proof.
  intros HL HG HW W0. destruct (bound_of l (fun x => size_of K (g x))) as [M HM].
  exists (finv w * M). intros B HB.
  assert (MB : M <= w * B).
  { replace M with (w * (finv w * M)).
    - apply fle_mul_l; assumption.
    - transitivity ((finv w * w) * M); [ring|]. rewrite finv_l by exact HW. ring. }
  transitivity (mixed l (fun x => w * B + g x)).
  - apply mixed_ext. intros x Hx. apply size_of_pos.
    replace (w * B + g x) with (w * B - - g x) by ring. apply fle_diff.
    apply fle_trans with M; [|exact MB]. apply fle_trans with (size_of K (g x)); [apply size_2|apply HM, Hx].
  - rewrite mixed_add, HG, mixed_const by exact HL. ring.
Qed.
Lemma settled_nonzero l w g : l <> [] -> mixed l g = 0 -> w <> 0 ->
  exists b, forall B, b <= B -> mixed l (fun x => size_of K (w * B + g x)) = 0.
Proof.
  intros HL HG HW. destruct (fle_total K 0 w) as [H|H]; [apply settled_positive; assumption|].
  destruct (settled_positive l (- w) (fun x => (- (1)) * g x)) as [b Hb].
  - exact HL.
  - rewrite mixed_mul, HG. ring.
  - intros E. apply HW. replace w with (- - w) by ring. rewrite E. ring.
  - apply fle_0_opp, H.
  - exists b. intros B HB. rewrite <- (Hb B HB). apply mixed_ext. intros x _.
    rewrite <- size_of_opp. f_equal. ring.
Qed.
Lemma settled l w g : l <> [] -> mixed l g = 0 -> mixed l (fun x => size_of K (g x)) = 0 ->
  ~ ~ exists b, forall B, b <= B -> mixed l (fun x => size_of K (w * B + g x)) = 0.
Proof.
  intros HL HG HA N. apply N. apply settled_nonzero; [exact HL|exact HG|]. intros W. apply N. exists 0. intros B _.
  rewrite <- HA. apply mixed_ext. intros x _. rewrite W. f_equal. ring.
Qed.

(** ** One step: the largest entry is fixed *)
Lemma both_signs l p T b1 b2 B : (forall B, T <= B -> forall x, signed l x -> within B x) ->
  (forall B, b1 <= B -> mixed l (fun x => size_of K (sum up_weight p * B + phi (flat_map up p) x)) = 0) ->
  (forall B, b2 <= B -> mixed l (fun x => size_of K (- sum down_weight p * B + phi (flat_map down p) x)) = 0) ->
  fmax T (fmax b1 b2) <= B -> mixed (B :: l) (fun x => size_of K (phi p x)) = 0.
Proof.
  intros HT H1 H2 HB.
  assert (B0 : T <= B) by (apply fle_trans with (fmax T (fmax b1 b2)); [apply fmax_le_l|exact HB]).
  assert (B12 : fmax b1 b2 <= B) by (apply fle_trans with (fmax T (fmax b1 b2)); [apply fmax_le_r|exact HB]).
  assert (B1 : b1 <= B) by (apply fle_trans with (fmax b1 b2); [apply fmax_le_l|exact B12]).
  assert (B2 : b2 <= B) by (apply fle_trans with (fmax b1 b2); [apply fmax_le_r|exact B12]).
  cbn [mixed]. rewrite mixed_sub.
  rewrite (mixed_ext l _ (fun x => size_of K (sum up_weight p * B + phi (flat_map up p) x)));
    [|intros x Hx; f_equal; apply phi_up, (HT B B0 x Hx)].
  rewrite H1 by exact B1.
  rewrite (mixed_ext l _ (fun x => size_of K (- sum down_weight p * B + phi (flat_map down p) x)));
    [|intros x Hx; f_equal; rewrite phi_down by apply (HT B B0 x Hx); ring].
  rewrite H2 by exact B2. ring.
Qed.
(** It has no pair. *)
Lemma step_alone l p : l <> [] ->
  flat_map up p = flat_map down p -> sum up_weight p = sum down_weight p -> mixed l (phi (flat_map up p)) = 0 ->
  ~ ~ exists b, forall B, b <= B -> mixed (B :: l) (fun x => size_of K (phi p x)) = 0.
Proof.
  intros HL E1 E2 Z N. destruct (bounded l) as [T HT].
  assert (W : sum up_weight p <> 0).
  { intros W. apply N. exists T. intros B HB. cbn [mixed].
    transitivity (mixed l (fun _ => 0)); [|apply mixed_zero]. apply mixed_ext. intros x Hx.
    rewrite phi_up, phi_down, <- E1, <- E2, W by apply (HT B HB x Hx).
    replace (0 * - B) with (0 * B) by ring. ring. }
  destruct (settled_nonzero l (sum up_weight p) (phi (flat_map up p)) HL Z W) as [b1 H1].
  destruct (settled_nonzero l (- sum down_weight p) (phi (flat_map down p)) HL) as [b2 H2].
  - rewrite <- E1. exact Z.
  - rewrite <- E2. intros E3. apply W. replace (sum up_weight p) with (- - sum up_weight p) by ring.
    rewrite E3. ring.
  - apply N. exists (fmax T (fmax b1 b2)). intros B HB. apply (both_signs l p T b1 b2); assumption.
Qed.
(** It has pairs, and the two halves without it are 0. *)
Lemma step_joined l p : l <> [] ->
  mixed l (phi (flat_map up p)) = 0 -> mixed l (phi (flat_map down p)) = 0 ->
  mixed l (fun x => size_of K (phi (flat_map up p) x)) = 0 ->
  mixed l (fun x => size_of K (phi (flat_map down p) x)) = 0 ->
  ~ ~ exists b, forall B, b <= B -> mixed (B :: l) (fun x => size_of K (phi p x)) = 0.
Proof.
  intros HL Zu Zd Au Ad N. destruct (bounded l) as [T HT].
  apply (settled l (sum up_weight p) (phi (flat_map up p)) HL Zu Au). intros [b1 H1].
  apply (settled l (- sum down_weight p) (phi (flat_map down p)) HL Zd Ad). intros [b2 H2].
  apply N. exists (fmax T (fmax b1 b2)). intros B HB. apply (both_signs l p T b1 b2); assumption.
Qed.

(** ** Few pairs: the mixed difference of |phi| is 0 *)
Lemma mixed_abs n : forall p, (edges p + 3 <= n)%nat -> far n (fun l => mixed l (fun x => size_of K (phi p x)) = 0).
Proof.
  induction n as [|n IH]; intros p Hp; [lia|]. cbn [far].
  destruct (edges_up_down p) as [Hle [Hud Hsame]].
  assert (HL : forall l : list K, length l = n -> l <> []) by (intros [|a l] Hl; [simpl in Hl; lia|discriminate]).
  destruct (Nat.eq_dec (edges (flat_map up p)) (edges p)) as [E|E].
  - destruct (Hsame E) as [E1 E2]. apply far_all. intros l Hl. apply step_alone; auto.
    apply mixed_phi; [lia|]. destruct (Nat.eq_dec (edges p) 0); [left|right]; lia.
  - assert (Hu : (edges (flat_map up p) + 3 <= n)%nat) by lia.
    assert (Hd : (edges (flat_map down p) + 3 <= n)%nat) by lia.
    generalize (far_and n _ _ (IH _ Hu) (IH _ Hd)). apply far_mono. intros l Hl [Au Ad].
    apply step_joined; auto; apply mixed_phi; lia.
Qed.

(** ** The mixed difference of the max is not 0 *)
Lemma in_within B x a : within B x -> In a x -> a <= B /\ - B <= a.
Proof. intros W H. apply (In_nth x a 0) in H. destruct H as [i [_ <-]]. apply (W i). Qed.

Lemma mixed_max n : far (S n) (fun l => mixed l maximum <> 0).
Proof.
  induction n as [|n IH].
  - cbn [far]. intros N. apply N. exists 1. intros B HB E. cbn [mixed maximum] in E.
    apply (@f1_neq_0 K). apply fle_antisym; [|apply fle_0_1]. rewrite <- E.
    replace (B - - B) with (B + B) by ring. replace 1 with (1 + 0 : K) by ring.
    apply fle_add2; [exact HB|]. apply fle_trans with 1; [apply fle_0_1|exact HB].
  - change (far (S n) (fun l => ~ ~ exists b, forall B, b <= B -> mixed (B :: l) maximum <> 0)).
    revert IH. apply far_mono. intros l Hl H N. destruct (bounded l) as [T HT]. apply N. exists T. intros B HB E.
    apply H. cbn [mixed] in E.
    assert (HL : l <> []) by (destruct l; [simpl in Hl; lia|discriminate]).
    rewrite (mixed_ext l _ (fun x => B + (- (1)) * maximum x)) in E.
    + rewrite mixed_add, mixed_mul, mixed_const in E by exact HL.
      replace (mixed l maximum) with (- (0 + (- (1)) * mixed l maximum)) by ring. rewrite E. ring.
    + intros x Hx. pose proof (HT B HB x Hx) as W.
      assert (HX : x <> []).
      { intros ->. apply signed_length in Hx. simpl in Hx. lia. }
      destruct (in_within B x (maximum x) W) as [M1 M2]; [apply maximum_is_max, HX|].
      destruct x as [|a x]; [congruence|].
      change (fmax B (maximum (a :: x)) - fmax (- B) (maximum (a :: x)) = B + - (1) * maximum (a :: x)).
      rewrite fmax_l by exact M1. rewrite fmax_r by exact M2. ring.
Qed.

(** ** The theorem *)
Lemma not_all_zero n (others : list (nat * (list K -> K))) (terms : list (list (pair * K) * K)) :
  (1 <= n)%nat ->
  (forall o, In o others -> (fst o < n)%nat /\ ignores (fst o) (snd o)) ->
  (forall t, In t terms -> far n (fun l => mixed l (fun x => size_of K (phi (fst t) x)) = 0)) ->
  ~ (forall x, length x = n ->
     is_max (sum (fun o => snd o x) others + sum (fun t => snd t * size_of K (phi (fst t) x)) terms) x).
Proof.
  intros Hn HO H HM.
  assert (F : far n (fun l => sum (fun t => mixed l (fun x => snd t * size_of K (phi (fst t) x))) terms = 0)).
  { clear HM. induction terms as [|t ts IH].
    - apply far_all. intros l _. reflexivity.
    - generalize (far_and n _ _ (H t (or_introl eq_refl)) (IH (fun u Hu => H u (or_intror Hu)))). apply far_mono.
      intros l _ [E1 E2]. cbn [sum]. rewrite E2, mixed_mul, E1. ring. }
  apply (far_false n). destruct n as [|m]; [lia|].
  generalize (far_and (S m) _ _ F (mixed_max m)). apply far_mono. intros l Hl [E1 E2]. apply E2.
  rewrite (mixed_ext l _ (fun x => sum (fun o => snd o x) others
    + sum (fun t => snd t * size_of K (phi (fst t) x)) terms)).
  - rewrite mixed_add.
    rewrite (mixed_sum _ l (fun t x => snd t * size_of K (phi (fst t) x)) terms), E1.
    rewrite (mixed_sum _ l (fun o x => snd o x) others).
    rewrite (sum_ext K _ (fun _ => 0)); [rewrite sum_0; ring|]. intros o Ho. destruct (HO o Ho) as [L G].
    apply (mixed_ignores (fst o)); [lia|exact G].
  - intros x Hx. apply signed_length in Hx. apply (is_max_unique K) with x.
    + apply maximum_is_max. intros ->. simpl in Hx. lia.
    + apply HM. congruence.
Qed.

Theorem least_pairs_modulo n (others : list (nat * (list K -> K))) (terms : list (list (pair * K) * K)) :
  (1 <= n)%nat ->
  (forall o, In o others -> (fst o < n)%nat /\ ignores (fst o) (snd o)) ->
  (forall x, length x = n ->
     is_max (sum (fun o => snd o x) others + sum (fun t => snd t * size_of K (phi (fst t) x)) terms) x) ->
  exists t, In t terms /\ (n - 2 <= edges (fst t))%nat.
Proof.
  intros Hn HO HM.
  destruct (Exists_dec (fun t : list (pair * K) * K => (n - 2 <= edges (fst t))%nat) terms) as [H|H].
  - intros t. apply le_dec.
  - apply Exists_exists in H. exact H.
  - exfalso. rewrite <- Forall_Exists_neg, Forall_forall in H.
    apply (not_all_zero n others terms Hn HO); [|exact HM]. intros t Ht.
    specialize (H t Ht). cbn beta in H.
    apply mixed_abs.
    (* for n <= 2 the hypothesis H is absurd *)
    lia.
Qed.

(** A linear part is a sum of such functions. *)
Definition free (e : pair) : nat :=
  if ((fst e =? 0) || (snd e =? 0))%nat
  then (if ((fst e =? 1) || (snd e =? 1))%nat then 2%nat else 1%nat) else 0%nat.
Definition as_others (linear : list (pair * K)) : list (nat * (list K -> K)) :=
  map (fun e => (free (fst e), fun x => snd e * pair_max x (fst e))) linear.
Lemma as_others_ignore n linear o : (3 <= n)%nat -> In o (as_others linear) ->
  (fst o < n)%nat /\ ignores (fst o) (snd o).
Proof.
  intros Hn Ho. apply in_map_iff in Ho. destruct Ho as [[[i j] a] [<- _]]. cbn [fst snd].
  assert (P : free (i, j) <> i /\ free (i, j) <> j /\ (free (i, j) < n)%nat).
  { unfold free. cbn [fst snd]. destruct (Nat.eqb_spec i 0), (Nat.eqb_spec j 0), (Nat.eqb_spec i 1),
      (Nat.eqb_spec j 1); cbn [orb]; lia. }
  destruct P as [P1 [P2 P3]]. split; [exact P3|]. intros x y HL H.
  rewrite (pair_ignores (i, j) (free (i, j)) P1 P2 x y HL H). reflexivity.
Qed.
Lemma as_others_value linear x : sum (fun o => snd o x) (as_others linear) = phi linear x.
Proof. unfold as_others. rewrite sum_map. reflexivity. Qed.

(** With a linear part: a combination of the x_i (pairs (i, i)) and the max(x_i, x_j). *)
Theorem least_pairs n (linear : list (pair * K)) (terms : list (list (pair * K) * K)) :
  (3 <= n)%nat ->
  (forall x, length x = n ->
     is_max (phi linear x + sum (fun t => snd t * size_of K (phi (fst t) x)) terms) x) ->
  exists t, In t terms /\ (n - 2 <= edges (fst t))%nat.
Proof.
  intros Hn HM.
  apply (least_pairs_modulo n (as_others linear)); [lia| |].
  - intros o Ho. apply (as_others_ignore n linear); assumption.
  - intros x Hx. rewrite as_others_value. exact (HM x Hx).
Qed.

(** The same with matrices: phi_t = sum over i < j of a_t(i,j) max(x_i, x_j) + sum of b_t(i) x_i. [used t e] must be
    true where a_t(e) is not 0 (so nothing need be decided in the field); some t uses at least n - 2 pairs. *)
Definition mixture (n : nat) (a : pair -> K) (b : nat -> K) (x : list K) : K :=
  sum (fun e => a e * pair_max x e) (ordered_pairs n) + sum (fun i => b i * entry x i) (seq 0 n).

Definition listed (n : nat) (a : pair -> K) (b : nat -> K) (used : pair -> bool) : list (pair * K) :=
  map (fun e => (e, a e)) (filter used (ordered_pairs n)) ++ map (fun i => ((i, i), b i)) (seq 0 n).
Lemma listed_phi n a b used x : (forall e, In e (ordered_pairs n) -> used e = false -> a e = 0) ->
  phi (listed n a b used) x = mixture n a b x.
Proof.
  intros H. unfold listed, mixture. rewrite phi_app. unfold phi. rewrite !sum_map. cbn [fst snd]. f_equal.
  - rewrite <- sum_if. apply sum_ext. intros e He. destruct (used e) eqn:U; [reflexivity|].
    rewrite (H e He U). ring.
  - apply sum_ext. intros i _. unfold pair_max. cbn [fst snd]. rewrite fmax_l by apply fle_refl. reflexivity.
Qed.
Lemma edges_app p q : edges (p ++ q) = (edges p + edges q)%nat.
Proof. unfold edges. rewrite filter_app, app_length. reflexivity. Qed.
Lemma edges_length p : (edges p <= length p)%nat.
Proof. induction p as [|e p IH]; [apply le_n|]. rewrite edges_cons. simpl. destruct (is_pair e); lia. Qed.
Lemma listed_edges n a b used : (edges (listed n a b used) <= length (filter used (ordered_pairs n)))%nat.
Proof.
  unfold listed. rewrite edges_app.
  assert (Z : edges (map (fun i => ((i, i), b i)) (seq 0 n)) = O).
  { induction (seq 0 n) as [|i l IH]; [reflexivity|]. cbn [map]. rewrite edges_cons, IH.
    unfold is_pair. cbn [fst snd]. rewrite Nat.eqb_refl. reflexivity. }
  rewrite Z. pose proof (edges_length (map (fun e => (e, a e)) (filter used (ordered_pairs n)))) as E.
  rewrite map_length in E. lia.
Qed.

Theorem least_pairs_matrix n (a0 : pair -> K) (b0 : nat -> K) (T : Type) (terms : list T)
    (q : T -> K) (a : T -> pair -> K) (b : T -> nat -> K) (used : T -> pair -> bool) :
  (3 <= n)%nat ->
  (forall t e, In t terms -> In e (ordered_pairs n) -> used t e = false -> a t e = 0) ->
  (forall x, length x = n ->
     is_max (mixture n a0 b0 x + sum (fun t => q t * size_of K (mixture n (a t) (b t) x)) terms) x) ->
  exists t, In t terms /\ (n - 2 <= length (filter (used t) (ordered_pairs n)))%nat.
Proof.
  intros Hn HU HM.
  destruct (least_pairs n (listed n a0 b0 (fun _ => true))
    (map (fun t => (listed n (a t) (b t) (used t), q t)) terms) Hn) as [u [Hu E]].
  - intros x Hx. rewrite listed_phi by (intros; discriminate). rewrite sum_map.
    rewrite (sum_ext K _ (fun t => q t * size_of K (mixture n (a t) (b t) x))); [apply HM, Hx|].
    intros t Ht. cbn [fst snd]. rewrite listed_phi; [reflexivity|]. intros e He. apply HU; assumption.
  - apply in_map_iff in Hu. destruct Hu as [t [<- Ht]]. cbn [fst] in E. exists t. split; [exact Ht|].
    apply Nat.le_trans with (edges (listed n (a t) (b t) (used t))); [exact E|apply listed_edges].
Qed.

(** In a field with decidable equality: some phi_t has at least n - 2 pairs with a coefficient that is not 0. *)
Theorem least_pairs_decidable (eq_dec : forall c d : K, {c = d} + {c <> d})
    n (a0 : pair -> K) (b0 : nat -> K) (T : Type) (terms : list T)
    (q : T -> K) (a : T -> pair -> K) (b : T -> nat -> K) :
  (3 <= n)%nat ->
  (forall x, length x = n ->
     is_max (mixture n a0 b0 x + sum (fun t => q t * size_of K (mixture n (a t) (b t) x)) terms) x) ->
  exists t, In t terms /\
    (n - 2 <= length (filter (fun e => if eq_dec (a t e) (@f0 K) then false else true) (ordered_pairs n)))%nat.
Proof.
  intros Hn HM. apply (least_pairs_matrix n a0 b0 T terms q a b); [exact Hn| |exact HM].
  intros t e _ _. destruct (eq_dec (a t e) 0) as [E|E]; [intros _; exact E|discriminate].
Qed.

(** ** Templates: max(f_Z, f_Z') with at most k pairs a side *)
Definition possible (n k : nat) : Prop :=
  exists (linear : list (pair * K)) (comps : list ((list pair * list pair) * K)),
    (forall c, In c comps -> (length (fst (fst c)) <= k)%nat /\ (length (snd (fst c)) <= k)%nat) /\
    forall x, length x = n -> is_max (phi linear x + sum (fun c => snd c * compare x (fst c)) comps) x.

Definition half : K := finv (1 + 1).
Lemma half_two : half * (1 + 1) = 1.
Proof.
  apply finv_l. replace (1 + 1) with (ofZ 2 : K); [apply ofZ_pos_neq_0; lia|].
  change 2%Z with (1 + 1)%Z. rewrite ofZ_add, ofZ_1. reflexivity.
Qed.
Lemma fmax_abs (u v : K) : fmax u v = half * (u + v) + half * size_of K (u - v).
Proof.
  assert (H : forall w, half * (w + w) = w).
  { intros w. transitivity ((half * (1 + 1)) * w); [ring|]. rewrite half_two. ring. }
  destruct (fle_total K v u) as [L|L].
  - rewrite fmax_l by exact L. rewrite size_of_pos by (apply fle_diff, L).
    transitivity (half * (u + u)); [symmetry; apply H|ring].
  - rewrite fmax_r by exact L. rewrite <- size_of_opp.
    replace (- (u - v)) with (v - u) by ring. rewrite size_of_pos by (apply fle_diff, L).
    transitivity (half * (v + v)); [symmetry; apply H|ring].
Qed.

Definition weighted (c : K) (X : list pair) : list (pair * K) := map (fun e => (e, c)) X.
Lemma phi_weighted c X x : phi (weighted c X) x = c * sum_of_maxes x X.
Proof. unfold phi, weighted, sum_of_maxes. rewrite sum_map, <- sum_mul. reflexivity. Qed.

(** max(u, v) = (u + v)/2 + |u - v|/2, so templates are terms |phi| with the pairs of both sides. *)
Definition difference_of (ZZ : list pair * list pair) : list (pair * K) :=
  weighted 1 (fst ZZ) ++ weighted (- (1)) (snd ZZ).
Definition linear_of (comps : list ((list pair * list pair) * K)) : list (pair * K) :=
  flat_map (fun c => weighted (snd c * half) (fst (fst c)) ++ weighted (snd c * half) (snd (fst c))) comps.
Definition terms_of (comps : list ((list pair * list pair) * K)) : list (list (pair * K) * K) :=
  map (fun c => (difference_of (fst c), snd c * half)) comps.

Lemma templates_as_terms linear comps x :
  phi linear x + sum (fun c => snd c * compare x (fst c)) comps =
  phi (linear ++ linear_of comps) x + sum (fun t => snd t * size_of K (phi (fst t) x)) (terms_of comps).
Proof.
  unfold terms_of. rewrite phi_app, sum_map.
  transitivity (phi linear x + (phi (linear_of comps) x
    + sum (fun c => snd c * half * size_of K (phi (difference_of (fst c)) x)) comps)); [|cbn [fst snd]; ring].
  f_equal. unfold phi at 1, linear_of. rewrite sum_flat_map, <- sum_add. apply sum_ext. intros c _.
  change (snd c * compare x (fst c) =
    phi (weighted (snd c * half) (fst (fst c)) ++ weighted (snd c * half) (snd (fst c))) x
    + snd c * half * size_of K (phi (difference_of (fst c)) x)).
  unfold difference_of. rewrite !phi_app, !phi_weighted. unfold compare. rewrite fmax_abs.
  replace (1 * sum_of_maxes x (fst (fst c)) + - (1) * sum_of_maxes x (snd (fst c)))
    with (sum_of_maxes x (fst (fst c)) - sum_of_maxes x (snd (fst c))) by ring. ring.
Qed.
Lemma weighted_fst c X : map fst (weighted c X) = X.
Proof. unfold weighted. rewrite map_map. apply map_id. Qed.
Lemma difference_fst ZZ : map fst (difference_of ZZ) = fst ZZ ++ snd ZZ.
Proof. unfold difference_of. rewrite map_app, !weighted_fst. reflexivity. Qed.

Theorem least_template n (linear : list (pair * K)) (comps : list ((list pair * list pair) * K)) :
  (3 <= n)%nat ->
  (forall x, length x = n -> is_max (phi linear x + sum (fun c => snd c * compare x (fst c)) comps) x) ->
  exists c, In c comps /\ (n - 2 <= length (fst (fst c)) + length (snd (fst c)))%nat.
Proof.
  intros Hn HM. destruct (least_pairs n (linear ++ linear_of comps) (terms_of comps) Hn) as [t [Ht E]].
  - intros x Hx. rewrite <- templates_as_terms. apply HM, Hx.
  - apply in_map_iff in Ht. destruct Ht as [c [<- Hc]]. cbn [fst] in E. exists c. split; [exact Hc|].
    pose proof (edges_length (difference_of (fst c))) as L.
    rewrite <- (map_length fst), difference_fst, app_length in L. lia.
Qed.

Theorem family_lower n k : (3 <= n)%nat -> possible n k -> (n <= 2 * k + 2)%nat.
Proof.
  intros Hn [linear [comps [HK HM]]]. destruct (least_template n linear comps Hn HM) as [c [Hc E]].
  destruct (HK c Hc). lia.
Qed.

(** ** A checked identity is in the family *)
Definition sides (I : identity) : nat :=
  fold_right (fun t m => Nat.max (Nat.max (length (Identity.first t)) (length (Identity.second t))) m) O (terms I).

Lemma sides_bound I c : In c (comparisons I) ->
  (length (fst (fst c)) <= sides I)%nat /\ (length (snd (fst c)) <= sides I)%nat.
Proof.
  intros H. unfold comparisons in H. apply in_flat_map in H. destruct H as [t [Ht H]].
  apply in_map_iff in H. destruct H as [s [<- _]]. cbn [fst snd]. rewrite !map_length.
  unfold sides. induction (terms I) as [|u l IH]; [contradiction|]. cbn [fold_right].
  destruct Ht as [<-|Ht]; [lia|]. specialize (IH Ht). lia.
Qed.

Theorem family_upper I k : check I = true -> (sides I <= k)%nat -> possible (inputs I) k.
Proof.
  intros HI Hk. set (q := finv (ofZ (Zpos (scale I))) : K).
  assert (Q : q * ofZ (Zpos (scale I)) = 1) by (apply finv_l, ofZ_pos_neq_0; lia).
  exists (map (fun e => (fst e, q * ofZ (snd e))) (linear_part I)),
    (map (fun c => (fst c, q * ofZ (snd c))) (comparisons I)). split.
  - intros c Hc. apply in_map_iff in Hc. destruct Hc as [d [<- Hd]]. cbn [fst].
    destruct (sides_bound I d Hd). lia.
  - intros x Hx. destruct (identity_holds I HI K x Hx) as [m [Hm E]].
    replace (phi _ x + _) with m; [exact Hm|].
    transitivity (q * right_side I x).
    + rewrite E. transitivity ((q * ofZ (Zpos (scale I))) * m); [rewrite Q; ring|ring].
    + unfold right_side, combination, weigh, phi. rewrite !sum_map. cbn [fst snd].
      rewrite (sum_ext K (fun e : pair * Z => q * ofZ (snd e) * pair_max x (fst e))
        (fun e => q * (ofZ (snd e) * pair_max x (fst e)))) by (intros; ring).
      rewrite (sum_ext K (fun c : list pair * list pair * Z => q * ofZ (snd c) * compare x (fst c))
        (fun c => q * (ofZ (snd c) * compare x (fst c)))) by (intros; ring).
      rewrite !sum_mul. ring.
Qed.
Lemma possible_more n k k' : (k <= k')%nat -> possible n k -> possible n k'.
Proof.
  intros H [linear [comps [HK HM]]]. exists linear, comps. split; [|exact HM].
  intros c Hc. destruct (HK c Hc). lia.
Qed.
End Field.
