(** * A check that fails means an identity that is false (Theorem P, "only if")

    If an identity holds at all integer points of one ordered field, its check returns true
    ([check_is_necessary]); by [Verify.v] it then holds everywhere. So the check decides.

    The proof. On the cone of an arrangement [totals] gives the right side as a linear form and
    different kinks in normal form ([totals_tidy]), which are independent ([Kinks.v]). *)

From Coq Require Import List Arith ZArith QArith Ring Permutation Lia Bool.
From Maxpooling Require Import OrderedField Network Maximum Instances Assignments Ranks Relabel Checker Forms Identity Verify Kinks.
Import ListNotations.
Open Scope Z_scope.
Open Scope list_scope.

(** ** What a table holds *)
Section Tables.
Variable A : Type.
Fixpoint inside (e : A * Z) (t : trie A) : Prop :=
  match t with Leaf => False | Node l es r => inside e l \/ In e es \/ inside e r end.

Lemma elements_spec e t tail : In e (elements A t tail) <-> inside e t \/ In e tail.
Proof.
  revert tail. induction t as [|l IHl es r IHr]; intros tail; cbn [elements inside]; [tauto|].
  rewrite IHl, in_app_iff, IHr. tauto.
Qed.
Lemma all_zero_complete t : (forall e, inside e t -> snd e = 0) -> all_zero A t = true.
Proof.
  induction t as [|l IHl es r IHr]; cbn [inside all_zero]; intros H; [reflexivity|].
  rewrite IHl, IHr by auto. rewrite !andb_true_r. apply forallb_forall. intros e He. apply Z.eqb_eq, H. auto.
Qed.
Variable same : A -> A -> bool.
Lemma add_entry_in e a m es : In e (add_entry A same a m es) -> fst e = a \/ In (fst e) (map fst es).
Proof.
  induction es as [|[b k] es IH]; cbn [add_entry].
  - intros [<-|[]]. left. reflexivity.
  - destruct (same a b); cbn [map fst]; intros [<-|H]; cbn [fst]; try (right; left; reflexivity).
    + right. right. apply in_map, H.
    + destruct (IH H) as [E|E]; [left; exact E|right; right; exact E].
Qed.
Lemma inside_insert (P : A -> Prop) k a m t : P a -> (forall e, inside e t -> P (fst e)) ->
  forall e, inside e (insert A same k a m t) -> P (fst e).
Proof.
  intros Ha. revert t. induction k as [k IH|k IH|]; intros [|l es r] H e; cbn [insert inside].
  - intros [[]|[[]|E]]. apply (IH Leaf); [intros ? []|exact E].
  - intros [E|[E|E]]; [apply H; left; exact E|apply H; right; left; exact E|].
    apply (IH r); [|exact E]. intros e' He. apply H. right. right. exact He.
  - intros [E|[[]|[]]]. apply (IH Leaf); [intros ? []|exact E].
  - intros [E|[E|E]]; [|apply H; right; left; exact E|apply H; right; right; exact E].
    apply (IH l); [|exact E]. intros e' He. apply H. left. exact He.
  - intros [[]|[[<-|[]]|[]]]. exact Ha.
  - intros [E|[E|E]]; [apply H; left; exact E| |apply H; right; right; exact E].
    apply add_entry_in in E. destruct E as [->|E]; [exact Ha|]. apply in_map_iff in E. destruct E as [e' [<- E]].
    apply H. right. left. exact E.
Qed.
End Tables.
Arguments inside {A} e t.

(** A table of forms that has every form in its place, once. *)
Fixpoint tidy (path : positive -> positive) (t : trie form) : Prop :=
  match t with
  | Leaf => True
  | Node l es r =>
      tidy (fun k => path (xO k)) l
      /\ (NoDup (map fst es) /\ forall e, In e es -> form_key (fst e) xH = path xH)
      /\ tidy (fun k => path (xI k)) r
  end.
Lemma add_entry_distinct a m es : NoDup (map fst es) -> NoDup (map fst (add_entry form form_eqb a m es)).
Proof.
  induction es as [|[b k] es IH]; cbn [add_entry map fst]; intros H; [constructor; [intros []|constructor]|].
  inversion H as [|? ? N H']. subst. destruct (form_eqb a b) eqn:E; cbn [map fst]; [exact H|]. constructor; [|apply IH, H'].
  intros X. apply in_map_iff in X. destruct X as [e [E1 X]]. apply add_entry_in in X. rewrite E1 in X. destruct X as [X|X].
  - rewrite X, form_eqb_refl in E. discriminate.
  - contradiction.
Qed.
Lemma tidy_insert c m k : forall t path, tidy path t -> form_key c xH = path k -> tidy path (insert form form_eqb k c m t).
Proof.
  induction k as [k IH|k IH|]; intros [|l es r] path H E; cbn [insert tidy] in *.
  - split; [exact I|split; [split; [constructor|intros ? []]|]]. apply (IH Leaf (fun k => path (xI k))); [exact I|exact E].
  - destruct H as [H1 [H2 H3]]. split; [exact H1|split; [exact H2|]]. apply (IH r (fun k => path (xI k))); assumption.
  - split; [|split; [split; [constructor|intros ? []]|exact I]]. apply (IH Leaf (fun k => path (xO k))); [exact I|exact E].
  - destruct H as [H1 [H2 H3]]. split; [|split; assumption]. apply (IH l (fun k => path (xO k))); assumption.
  - split; [exact I|split; [|exact I]]. split; [constructor; [intros []|constructor]|]. intros e [<-|[]]. exact E.
  - destruct H as [H1 [[H2 H3] H4]]. split; [exact H1|split; [|exact H4]]. split; [apply add_entry_distinct, H2|].
    intros e He. apply add_entry_in in He. destruct He as [->|He]; [exact E|]. apply in_map_iff in He.
    destruct He as [e' [<- He]]. apply H3, He.
Qed.
Lemma tidy_path e t : forall path, tidy path t -> inside e t -> exists k, form_key (fst e) xH = path k.
Proof.
  induction t as [|l IHl es r IHr]; intros path H X; cbn [tidy inside] in *; [contradiction|].
  destruct H as [H1 [[_ H2] H3]]. destruct X as [X|[X|X]].
  - destruct (IHl _ H1 X) as [k E]. exists (xO k). exact E.
  - exists xH. apply H2, X.
  - destruct (IHr _ H3 X) as [k E]. exists (xI k). exact E.
Qed.
Lemma elements_distinct t : forall path tail, (forall j k, path j = path k -> j = k) -> tidy path t ->
  NoDup (map fst tail) -> (forall e k, In e tail -> form_key (fst e) xH <> path k) -> NoDup (map fst (elements form t tail)).
Proof.
  induction t as [|l IHl es r IHr]; intros path tail HP HT HN HD; cbn [elements]; [exact HN|].
  cbn [tidy] in HT. destruct HT as [T1 [[T2 T3] T4]].
  assert (PI : forall j k, path (xI j) = path (xI k) -> j = k) by (intros j k E; apply HP in E; congruence).
  assert (PO : forall j k, path (xO j) = path (xO k) -> j = k) by (intros j k E; apply HP in E; congruence).
  apply (IHl (fun k => path (xO k))); [exact PO|exact T1| |].
  - assert (N : NoDup (map fst (elements form r tail))).
    { apply (IHr (fun k => path (xI k))); [exact PI|exact T4|exact HN|]. intros e k He. apply HD, He. }
    revert T2 T3. clear IHl T1. induction es as [|e es IH]; intros T2 T3; cbn [app map]; [exact N|].
    inversion T2 as [|? ? N2 T2']. subst. constructor; [|apply IH; [exact T2'|intros e' He; apply T3; right; exact He]].
    rewrite map_app, in_app_iff. intros [X|X]; [contradiction|]. apply in_map_iff in X. destruct X as [e' [E1 X]].
    pose proof (T3 e (or_introl eq_refl)) as E2. rewrite <- E1 in E2. apply elements_spec in X. destruct X as [X|X].
    + destruct (tidy_path _ _ _ T4 X) as [k E3]. rewrite E2 in E3. apply HP in E3. discriminate.
    + apply (HD e' xH X), E2.
  - intros e k He. apply in_app_or in He. destruct He as [He|He].
    + rewrite (T3 e He). intros E. apply HP in E. discriminate.
    + apply elements_spec in He. destruct He as [He|He]; [|apply HD, He].
      destruct (tidy_path _ _ _ T4 He) as [j E]. rewrite E. intros E'. apply HP in E'. discriminate.
Qed.

(** ** Forms that are kept as kinks change sign *)
Lemma rising_constant a n : rising 0 (repeat a n).
Proof.
  induction n as [|n IH]; [exact I|]. cbn [repeat]. split; [destruct n; [exact I|cbn; lia]|exact IH].
Qed.
Lemma product_constant c a n : length c = n -> product c (repeat a n) = a * fst (fst (scan c)).
Proof.
  revert n. induction c as [|z c IH]; intros n Hn; cbn in Hn; subst n; [cbn; lia|]. cbn [repeat product scan].
  rewrite IH by reflexivity. destruct (scan c) as [[s p] q]. cbn [fst]. lia.
Qed.
Lemma rising_0_cons w : rising 0 w -> (forall b, In b w -> 0 <= b) -> rising 0 (0 :: w).
Proof.
  intros H N. split; [|exact H]. destruct w as [|b w]; [exact I|]. specialize (N b (or_introl eq_refl)). lia.
Qed.
Lemma scan_fails c : let '(s, p, q) := scan c in
  (p = false -> exists w, length w = length c /\ rising 0 w /\ (forall b, In b w -> 0 <= b) /\ product c w < 0) /\
  (q = false -> exists w, length w = length c /\ rising 0 w /\ (forall b, In b w -> 0 <= b) /\ 0 < product c w).
Proof.
  induction c as [|z c IH]; [cbn; split; discriminate|]. pose proof (product_constant (z :: c) 1 (S (length c)) eq_refl) as C.
  cbn [scan] in *. destruct (scan c) as [[s p] q]. cbn [fst] in C. destruct IH as [IP IQ].
  assert (W : length (repeat 1 (S (length c))) = length (z :: c)) by (rewrite repeat_length; reflexivity).
  assert (N : forall b, In b (repeat 1 (S (length c))) -> 0 <= b) by (intros b Hb; apply repeat_spec in Hb; lia).
  split; intros H; apply andb_false_iff in H; destruct H as [H|H].
  - destruct (IP H) as [w [W1 [W2 [W3 W4]]]]. exists (0 :: w). cbn [length product].
    repeat split; [lia| |exact W2|intros b [<-|Hb]; [lia|apply W3, Hb]|lia]. apply (rising_0_cons w W2 W3).
  - apply Z.leb_gt in H. exists (repeat 1 (S (length c))). repeat split; try assumption; [apply (rising_constant 1 (S (length c)))|apply (rising_constant 1 (S (length c)))|].
    rewrite C. lia.
  - destruct (IQ H) as [w [W1 [W2 [W3 W4]]]]. exists (0 :: w). cbn [length product].
    repeat split; [lia| |exact W2|intros b [<-|Hb]; [lia|apply W3, Hb]|lia]. apply (rising_0_cons w W2 W3).
  - apply Z.leb_gt in H. exists (repeat 1 (S (length c))). repeat split; try assumption; [apply (rising_constant 1 (S (length c)))|apply (rising_constant 1 (S (length c)))|].
    rewrite C. lia.
Qed.
Lemma scan_crosses n c s p q : length c = n -> scan c = (s, p, q) -> (s = 0 -> p = false) -> (s = 0 -> q = false) -> crosses n c.
Proof.
  intros Hn E HP HQ. pose proof (scan_fails c) as F. rewrite E in F. destruct F as [FP FQ].
  pose proof (product_constant c 1 n Hn) as C1. pose proof (product_constant c (-1) n Hn) as C2. rewrite E in C1, C2. cbn [fst] in C1, C2.
  destruct (Z.lt_trichotomy s 0) as [L|[L|L]].
  - split; [exists (repeat 1 n)|exists (repeat (-1) n)]; (split; [apply repeat_length|split; [apply rising_constant|lia]]).
  - destruct (FP (HP L)) as [w [W1 [W2 [_ W4]]]]. destruct (FQ (HQ L)) as [w' [W1' [W2' [_ W4']]]].
    split; [exists w|exists w']; (split; [congruence|split; assumption]).
  - split; [exists (repeat (-1) n)|exists (repeat 1 n)]; (split; [apply repeat_length|split; [apply rising_constant|lia]]).
Qed.

Lemma crosses_scaled n k c : 0 < k -> crosses n (vscale k c) -> crosses n c.
Proof.
  intros Hk [[w [W1 [W2 W3]]] [w' [W1' [W2' W3']]]]. rewrite product_scaled in W3, W3'.
  split; [exists w|exists w']; (split; [assumption|split; [assumption|nia]]).
Qed.
Lemma crosses_opposite n c : crosses n c -> crosses n (vscale (-1) c).
Proof.
  intros [[w [W1 [W2 W3]]] [w' [W1' [W2' W3']]]]. split; [exists w'|exists w];
    (split; [assumption|split; [assumption|rewrite product_scaled; lia]]).
Qed.
Lemma lead_scaled k c : 0 < k -> lead_negative (vscale k c) = lead_negative c.
Proof.
  intros Hk. induction c as [|z c IH]; [reflexivity|]. destruct k as [|k|k]; try lia. destruct z; cbn; [exact IH|reflexivity|reflexivity].
Qed.

Definition sound_table (n : nat) (t : trie form) : Prop := tidy (fun k => k) t /\ forall e, inside e t -> good n (fst e).

Lemma insert_form_table n c m t : good n c -> sound_table n t -> sound_table n (insert_form c m t).
Proof.
  intros Hc [T1 T2]. unfold insert_form. split; [apply tidy_insert; [exact T1|reflexivity]|].
  apply (inside_insert form form_eqb (good n)); assumption.
Qed.
Lemma add_kink_table n c m t : length c = n -> crosses n c -> lead_negative c = false -> sound_table n t ->
  sound_table n (add_kink c m t).
Proof.
  intros Hn HX HL HT. unfold add_kink. set (g := gcd_of c).
  assert (G0 : 0 <= g) by (apply fold_gcd_nonneg; lia).
  assert (D : forall b, In b c -> (g | b)) by (apply fold_gcd_divides).
  assert (G1 : g <> 0).
  { intros E. destruct (crosses_not_zero n c HX) as [a [Ha Ea]]. apply D in Ha. rewrite E in Ha. apply Z.divide_0_l in Ha. contradiction. }
  destruct (g <=? 1) eqn:E.
  - apply Z.leb_le in E. apply insert_form_table; [|exact HT]. split; [exact Hn|split; [exact HX|split; [fold g; lia|exact HL]]].
  - set (p := map (fun z => z / g) c).
    assert (P : vscale g p = c).
    { unfold p, vscale. rewrite map_map. rewrite <- (map_id c) at 2. apply map_ext_in. intros z Hz.
      destruct (D z Hz) as [k ->]. rewrite Z.div_mul by exact G1. lia. }
    rewrite P, form_eqb_refl. apply insert_form_table; [|exact HT]. rewrite <- P in HX, HL. split; [|split; [|split]].
    + unfold p. rewrite map_length. exact Hn.
    + apply crosses_scaled with g; [lia|exact HX].
    + pose proof (gcd_of_scale g p) as F. rewrite P in F. fold g in F. nia.
    + rewrite lead_scaled in HL by lia. exact HL.
Qed.

Definition sound_total (n : nat) (a : form * trie form) : Prop := (fst a = [] \/ length (fst a) = n) /\ sound_table n (snd a).
Lemma vadd_total n c L k : length c = n -> L = [] \/ length L = n -> vadd (vscale k c) L = [] \/ length (vadd (vscale k c) L) = n.
Proof.
  intros Hc [->|HL]; right.
  - replace (vadd (vscale k c) []) with (vscale k c) by (destruct (vscale k c); reflexivity). rewrite vscale_length. exact Hc.
  - apply vadd_length; [rewrite vscale_length; exact Hc|exact HL].
Qed.
Lemma add_relu_total n a e : length (fst e) = n -> sound_total n a -> sound_total n (add_relu n a e).
Proof.
  destruct a as [L t], e as [c m]. cbn [fst]. intros Hc [HL HT]. cbn [fst snd] in HL, HT. unfold add_relu.
  destruct (scan c) as [[s p] q] eqn:E. rewrite Hc, Nat.eqb_refl, andb_true_r.
  destruct ((s =? 0) && p) eqn:E1; [split; cbn [fst snd]; [apply vadd_total; assumption|exact HT]|].
  destruct ((s =? 0) && q) eqn:E2; [split; assumption|].
  assert (HX : crosses n c).
  { apply (scan_crosses n c s p q Hc E); intros ->; [apply andb_false_iff in E1; destruct E1|apply andb_false_iff in E2; destruct E2];
      try assumption; discriminate. }
  destruct (lead_negative c) eqn:E3; split; cbn [fst snd].
  - apply vadd_total; assumption.
  - apply add_kink_table; [rewrite vscale_length; exact Hc|apply crosses_opposite, HX| |exact HT].
    rewrite lead_opposite by (apply (crosses_not_zero n), HX). rewrite E3. reflexivity.
  - exact HL.
  - apply add_kink_table; assumption.
Qed.
Lemma fold_add_relu_total n l a : (forall e, In e l -> length (fst e) = n) -> sound_total n a -> sound_total n (fold_left (add_relu n) l a).
Proof.
  revert a. induction l as [|e l IH]; intros a H Ha; [exact Ha|]. cbn [fold_left]. apply IH; [intros e' He; apply H; right; exact He|].
  apply add_relu_total; [apply H; left; reflexivity|exact Ha].
Qed.
Lemma fold_add_linear_total n l L : (forall e, In e l -> length (fst e) = n) -> L = [] \/ length L = n ->
  fold_left add_linear l L = [] \/ length (fold_left add_linear l L) = n.
Proof.
  revert L. induction l as [|e l IH]; intros L H HL; [exact HL|]. cbn [fold_left]. apply IH; [intros e' He; apply H; right; exact He|].
  apply vadd_total; [apply H; left; reflexivity|exact HL].
Qed.

(** The forms of the recursion have one coefficient for each rank. *)
Lemma run_lengths lab canon ls : forall k states, (forall e, In e states -> length (snd (fst e)) = k) ->
  forall e, In e (run lab canon ls states) -> length (snd (fst e)) = (length ls + k)%nat.
Proof.
  induction ls as [|l ls IH]; intros k states H e; cbn [run length]; [apply H|]. intros He.
  replace (S (length ls) + k)%nat with (length ls + S k)%nat by lia. revert e He. apply IH. intros e He. unfold step in He.
  apply elements_spec in He. destruct He as [He|[]]. set (P := fun s : state => length (snd s) = S k). change (P (fst e)).
  revert e He. set (cl := count l (l :: ls)). clearbody cl. clear IH.
  assert (Leaf0 : forall e : state * Z, inside e Leaf -> P (fst e)) by (intros ? []).
  revert Leaf0. generalize (Leaf : trie state) as t. induction states as [|[[[x y] c] m] states IHs]; intros t Ht e; cbn [fold_left]; [apply Ht|].
  apply IHs; [intros e' He'; apply H; right; exact He'|]. intros e'. cbn [fst snd]. unfold step_state.
  assert (Hc : length c = k) by (apply (H (x, y, c, m)); left; reflexivity).
  set (v := here lab l x y). set (t' := fold_left _ v t).
  assert (Ht' : forall e, inside e t' -> P (fst e)).
  { unfold t'. clear t'. generalize v as w. intros w. revert t Ht. induction w as [|p w IHw]; intros t Ht; cbn [fold_left]; [exact Ht|].
    apply IHw. cbv zeta. apply (inside_insert state state_eqb P); [|exact Ht]. unfold P. cbn [snd length]. lia. }
  clearbody t'. destruct (cl - Z.of_nat (length v) =? 0); [apply Ht'|].
  cbv zeta. apply (inside_insert state state_eqb P); [|exact Ht']. unfold P. cbn [snd length]. lia.
Qed.

Lemma totals_tidy I arrangement : length arrangement = inputs I -> sound_total (inputs I) (totals I arrangement).
Proof.
  intros HA. unfold totals.
  assert (F : forall start, (forall e, In e start -> length (snd (fst e)) = O) ->
    forall e, In e (map (fun e => (snd (fst e), snd e)) (run (label_of I) (standard I) arrangement start)) -> length (fst e) = inputs I).
  { intros start H e He. apply in_map_iff in He. destruct He as [e' [<- He]]. cbn [fst].
    pose proof (run_lengths _ _ _ O start H e' He) as R. rewrite Nat.add_0_r, HA in R. exact R. }
  apply fold_add_relu_total.
  - apply F. intros e He. unfold start_relus in He. apply in_map_iff in He. destruct He as [t [<- _]]. reflexivity.
  - split; cbn [fst snd].
    + apply fold_add_linear_total; [|left; reflexivity]. apply F. intros e He. unfold start_linear in He.
      apply in_map_iff in He. destruct He as [p [<- _]]. reflexivity.
    + split; [exact Logic.I|intros e []].
Qed.

(** ** Every arrangement occurs *)
Lemma orders_sound l' : forall l, In l' (orders (length l) l) -> Permutation l l'.
Proof.
  induction l' as [|a l' IH]; intros l H.
  - destruct l as [|b l]; [constructor|]. exfalso. cbn [length orders] in H. apply in_flat_map in H. destruct H as [c [_ H]].
    apply in_map_iff in H. destruct H as [r [E _]]. discriminate.
  - destruct l as [|b l]; [cbn in H; destruct H as [H|[]]; discriminate|].
    change (length (b :: l)) with (S (length l)) in H. cbn [orders] in H. apply in_flat_map in H. destruct H as [c [Hc H]].
    apply in_map_iff in H. destruct H as [r [E H]]. injection E as -> ->. apply nodup_In in Hc.
    pose proof (remove_one_perm a (b :: l) Hc) as P. apply perm_trans with (a :: remove_one a (b :: l)); [exact P|]. constructor.
    apply IH. apply Permutation_length in P. cbn [length] in P. replace (length (remove_one a (b :: l))) with (length l) by lia. exact H.
Qed.
Lemma combine_perm A B (l l' : list A) : Permutation l l' -> forall y : list B, length y = length l' ->
  exists x, length x = length l /\ Permutation (combine l x) (combine l' y).
Proof.
  induction 1 as [|a l l' H IH|a b l|l1 l2 l3 H1 IH1 H2 IH2]; intros y Hy.
  - exists []. split; [reflexivity|constructor].
  - destruct y as [|c y]; [discriminate|]. destruct (IH y) as [x [X1 X2]]; [cbn in Hy; lia|].
    exists (c :: x). split; [cbn; lia|constructor; exact X2].
  - destruct y as [|c [|d y]]; try discriminate. exists (d :: c :: y). split; [cbn in *; lia|constructor].
  - destruct (IH2 y Hy) as [z [Z1 Z2]]. destruct (IH1 z Z1) as [x [X1 X2]]. exists x. split; [exact X1|].
    apply perm_trans with (combine l2 z); assumption.
Qed.
Lemma combine_map A B C (f : B -> C) (l : list A) (y : list B) :
  combine l (map f y) = map (fun p => (fst p, f (snd p))) (combine l y).
Proof. revert y. induction l as [|a l IH]; intros [|b y]; cbn; try reflexivity. rewrite IH. reflexivity. Qed.

(** ** Integers in the field *)
Section Field.
Variable K : ofield.
Add Ring K_ring : (f_ring K).
Local Open Scope of_scope.
Notation of_ := (@ofZ K).

Lemma ofZ_product c u : zdot c (map of_ u) = of_ (product c u).
Proof.
  revert u. induction c as [|a c IH]; intros [|b u]; cbn [zdot map product]; try (symmetry; apply ofZ_0).
  rewrite IH, ofZ_add, ofZ_mul. reflexivity.
Qed.
Lemma ofZ_le a b : (a <= b)%Z -> of_ a <= of_ b.
Proof.
  intros H. apply fle_from_diff. rewrite <- ofZ_sub. apply ofZ_nonneg. lia.
Qed.
Lemma ofZ_injective a b : of_ a = of_ b -> a = b.
Proof.
  intros E. destruct (Z.lt_trichotomy a b) as [L|[L|L]]; [exfalso|exact L|exfalso].
  - apply (ofZ_pos_neq_0 K (z := b - a)%Z); [lia|]. rewrite ofZ_sub, E. ring.
  - apply (ofZ_pos_neq_0 K (z := a - b)%Z); [lia|]. rewrite ofZ_sub, E. ring.
Qed.
Lemma relu_ofZ z : relu (of_ z) = of_ (Z.max z 0).
Proof.
  destruct (Z.le_ge_cases 0 z) as [H|H].
  - rewrite Z.max_l by exact H. apply relu_pos, ofZ_nonneg, H.
  - rewrite Z.max_r by exact H. rewrite ofZ_0. apply relu_neg, ofZ_nonpos, H.
Qed.
Lemma weigh_kinks es u : weigh (kink (map of_ u)) es = of_ (kinks es u).
Proof.
  unfold weigh, kinks. induction es as [|e es IH]; cbn [sum fold_right]; [symmetry; apply ofZ_0|].
  rewrite IH. unfold kink. rewrite ofZ_product, relu_ofZ, ofZ_add, ofZ_mul. reflexivity.
Qed.
Lemma rising_le u : rising 0 u -> match u with [] => True | a :: r => forall b, In b r -> (a <= b)%Z end.
Proof.
  induction u as [|a u IH]; [trivial|]. intros [H1 H2] b Hb. specialize (IH H2). destruct u as [|c u]; [contradiction|].
  destruct Hb as [<-|Hb]; [lia|]. specialize (IH b Hb). lia.
Qed.
Lemma descending_rev (ls : list nat) u : length ls = length u -> rising 0 u -> descending snd (combine ls (map of_ (rev u))).
Proof.
  intros HL HR.
  assert (D : descending (fun a : K => a) (map of_ (rev u))).
  { clear ls HL. induction u as [|a u IH]; [exact I|]. cbn [rev]. rewrite map_app. cbn [map]. destruct HR as [H1 H2].
    pose proof (rising_le (a :: u) (conj H1 H2)) as L. cbn beta iota in L. specialize (IH H2).
    assert (B : forall b, In b (map of_ (rev u)) -> of_ a <= b).
    { intros b Hb. apply in_map_iff in Hb. destruct Hb as [z [<- Hz]]. apply in_rev in Hz. apply ofZ_le, L, Hz. }
    clear - IH B. induction (map of_ (rev u)) as [|b w IHw]; cbn [app descending]; [split; [intros ? []|exact I]|].
    destruct IH as [I1 I2]. split.
    - intros y Hy. apply in_app_or in Hy. destruct Hy as [Hy|[<-|[]]]; [apply I1, Hy|apply B; left; reflexivity].
    - apply IHw; [exact I2|]. intros y Hy. apply B. right. exact Hy. }
  assert (HL' : length ls = length (map of_ (rev u))) by (rewrite map_length, rev_length; exact HL).
  clear HL HR. revert ls HL' D. generalize (map of_ (rev u)) as w. induction w as [|b w IH]; intros [|l ls] HL D; cbn [combine descending]; try exact I.
  destruct D as [D1 D2]. split; [|apply IH; [cbn in HL; lia|exact D2]]. intros [l' b'] Hy. cbn [snd].
  apply in_combine_r in Hy. apply D1, Hy.
Qed.

Lemma vsub_zero n (a b : form) : length a = n -> length b = n -> vsub a b = repeat 0%Z n -> a = b.
Proof.
  revert a b. induction n as [|n IH]; intros [|x a] [|y b] Ha Hb E; cbn [length] in *; try discriminate; [reflexivity|].
  change ((x + -1 * y)%Z :: vsub a b = 0%Z :: repeat 0%Z n) in E.
  assert (E1 : (x + -1 * y = 0)%Z) by congruence. assert (E2 : vsub a b = repeat 0%Z n) by congruence.
  f_equal; [lia|]. apply IH; [lia|lia|exact E2].
Qed.
Lemma product_vadd_l a b u : product (vadd a b) u = (product a u + product b u)%Z.
Proof.
  revert b u. induction a as [|x a IH]; intros [|y b] [|z u]; cbn [vadd product]; try lia. rewrite IH. lia.
Qed.

(** The theorem. *)
Theorem check_is_necessary (I : identity) : inputs I <> O -> in_bounds I = true ->
  (forall z : list Z, length z = inputs I ->
     exists m, is_max m (map of_ z) /\ right_side I (map of_ z) = of_ (Zpos (scale I)) * m) ->
  check I = true.
Proof.
  intros Hn HB H. set (n := inputs I) in *. unfold check. fold n. rewrite HB.
  rewrite (proj2 (Nat.eqb_neq n 0) Hn). cbn [negb andb]. apply forallb_forall. intros ls Hls.
  pose proof (orders_sound ls (labels I) Hls) as P.
  assert (Ln : length ls = n) by (rewrite <- (Permutation_length P); reflexivity).
  unfold check_cone. fold n. pose proof (totals_tidy I ls Ln) as T. fold n in T. destruct (totals I ls) as [L t] eqn:ET.
  destruct T as [HL [T1 T2]]. cbn [fst snd] in HL, T1, T2. set (target := repeat 0%Z (pred n) ++ [Zpos (scale I)]).
  set (es := elements form t []).
  assert (Hes : forall e, In e es <-> inside e t).
  { intros e. unfold es. rewrite elements_spec. cbn [In]. tauto. }
  (* The equation at every ascending integer point. *)
  assert (E : forall u, length u = n -> rising 0 u -> (kinks es u + product L u = product target u)%Z).
  { intros u Hu HR.
    destruct (combine_perm nat Z _ _ P (rev u)) as [z [Z1 Z2]]; [rewrite rev_length, Hu; symmetry; exact Ln|].
    assert (Zn : length z = n) by exact Z1.
    destruct (H z Zn) as [m [Hm Em]].
    assert (Zl : length (map of_ z) = inputs I) by (rewrite map_length; exact Zn).
    assert (HP : Permutation (combine (labels I) (map of_ z)) (combine ls (map of_ (rev u)))).
    { rewrite !combine_map. apply Permutation_map, Z2. }
    pose proof (right_side_totals I HB K (map of_ z) Zl _ HP (descending_rev ls u ltac:(congruence) HR)) as R.
    rewrite map_fst_combine, map_snd_combine, <- map_rev, rev_involutive, ET in R by (rewrite map_length, rev_length; congruence).
    unfold value_of in R. cbn [fst snd] in R. rewrite Em in R.
    pose proof (weigh_elements form K (kink (map of_ u)) t []) as W. fold es in W. rewrite weigh_kinks in W.
    replace (weigh_trie (kink (map of_ u)) t) with (of_ (kinks es u)) in R by (rewrite W; unfold weigh; cbn [sum]; ring).
    rewrite ofZ_product in R.
    (* the maximum is the last entry *)
    destruct (exists_last (l := u)) as [u0 [a Eu]]; [intros ->; cbn in Hu; congruence|].
    assert (Am : m = of_ a).
    { assert (PZ : Permutation z (rev u)).
      { apply (Permutation_map snd) in Z2. rewrite !map_snd_combine in Z2; [exact Z2|rewrite rev_length; congruence|exact (eq_sym Z1)]. }
      apply (is_max_unique K) with (map of_ z); [exact Hm|]. split.
      - apply in_map. apply Permutation_in with (rev u); [apply Permutation_sym, PZ|]. rewrite Eu, rev_app_distr. left. reflexivity.
      - intros b Hb. apply in_map_iff in Hb. destruct Hb as [y [<- Hy]]. apply ofZ_le.
        apply Permutation_in with (l' := rev u) in Hy; [|exact PZ]. apply in_rev in Hy.
        clear - Hy HR Eu. subst u. induction u0 as [|b u0 IH]; cbn [app] in *; [destruct Hy as [->|[]]; lia|].
        pose proof (rising_le _ HR) as L. cbn beta iota in L. destruct HR as [_ HR].
        destruct Hy as [->|Hy]; [apply L, in_or_app; right; left; reflexivity|apply IH; assumption]. }
    assert (Tu : product target u = (Zpos (scale I) * a)%Z).
    { unfold target. rewrite Eu. assert (Lu : pred n = length u0) by (rewrite <- Hu, Eu, app_length; cbn; lia). rewrite Lu.
      clear. induction u0 as [|b u0 IH]; cbn [length repeat app product]; [lia|]. rewrite IH. lia. }
    apply ofZ_injective. rewrite Tu, ofZ_mul, <- Am, ofZ_add, R. ring. }
  assert (ND : NoDup (map fst es)).
  { apply (elements_distinct t (fun k => k) []); [intros j k X; exact X|exact T1|constructor|intros e k []]. }
  assert (Zero : forall e, In e es -> snd e = 0%Z).
  { apply (independent n es (vsub L target)); [exact ND|intros e He; apply T2, Hes, He|]. intros u Hu HR.
    unfold vsub. rewrite product_vadd_l, product_scaled. specialize (E u Hu HR). lia. }
  assert (K0 : forall u, kinks es u = 0%Z).
  { intros u. apply kinks_zero, Zero. }
  assert (Lt : length target = n) by (unfold target; rewrite app_length, repeat_length; cbn [length]; lia).
  apply andb_true_iff. split.
  - replace L with target; [apply form_eqb_refl|]. destruct HL as [HL|HL].
    + exfalso. pose proof (E (repeat 1%Z n) (repeat_length _ _) (rising_constant 1 n)) as X. rewrite K0, HL in X. cbn [product] in X.
      assert (Y : product target (repeat 1%Z n) = Zpos (scale I)); [|lia]. unfold target. clear - Hn. destruct n as [|k]; [congruence|].
      cbn [pred]. induction k as [|k IH]; [cbn; lia|]. cbn [repeat app product] in *. rewrite IH by discriminate. lia.
    + symmetry. apply (vsub_zero n); [exact HL|exact Lt|]. apply linear_zero; [apply vsub_length; assumption|]. intros u Hu HR.
      unfold vsub. rewrite product_vadd_l, product_scaled. specialize (E u Hu HR). rewrite K0 in E. lia.
  - apply all_zero_complete. intros e He. apply Zero, Hes, He.
Qed.
End Field.

(** The check decides: it returns true exactly if the identity holds, at all points of all ordered fields,
    or at the integer points of a single one. *)
Theorem check_decides (I : identity) : inputs I <> O -> in_bounds I = true ->
  (check I = true <-> forall (K : ofield) (x : list K), length x = inputs I ->
     exists m, is_max m x /\ right_side I x = (ofZ (Zpos (scale I)) * m)%of).
Proof.
  intros Hn HB. split.
  - intros HC K x Hx. apply (identity_holds I HC K x Hx).
  - intros H. apply (check_is_necessary rationals I Hn HB). intros z Hz. apply H. rewrite map_length. exact Hz.
Qed.
