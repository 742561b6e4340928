(** * Kinks are independent: the direction "only if" of Theorem P, in integers

    A kink is max(c . u, 0) for an integer vector c, on the cone of all ascending u. Let finitely many
    kinks be given whose vectors are different, primitive (no common divisor), have a first entry other
    than 0 that is positive, and change sign on the cone. If a combination of them and of a linear form is
    0 at every ascending integer vector, then all coefficients are 0 ([independent], [linear_zero]).

    The proof is the book's. Different vectors of this kind are not proportional ([not_proportional]), so
    inside the cone there is a point p on the plane of one of them and on no other plane ([generic]). At a
    large multiple of p the second difference in a direction across that plane leaves that kink's
    coefficient alone. *)

From Coq Require Import List Arith ZArith Lia Bool.
From Maxpooling Require Import Checker Forms Verify.
Import ListNotations.
Open Scope Z_scope.
Open Scope list_scope.

(** ** Integer vectors *)
Fixpoint product (c u : list Z) : Z :=
  match c, u with a :: c', b :: u' => a * b + product c' u' | _, _ => 0 end.

Lemma product_vadd c u v : product c (vadd u v) = product c u + product c v.
Proof.
  revert u v. induction c as [|a c IH]; intros [|b u] [|d v]; cbn [product vadd]; try lia. rewrite IH. lia.
Qed.
Lemma product_vscale c k u : product c (vscale k u) = k * product c u.
Proof.
  revert u. induction c as [|a c IH]; intros [|b u]; cbn [product vscale map]; try lia.
  unfold vscale in IH. rewrite IH. lia.
Qed.
Lemma product_scaled k c u : product (vscale k c) u = k * product c u.
Proof.
  revert u. induction c as [|a c IH]; intros [|b u]; cbn [product vscale map]; try lia.
  unfold vscale in IH. rewrite IH. lia.
Qed.
Lemma product_zeros n u : product (repeat 0 n) u = 0.
Proof. revert u. induction n as [|n IH]; intros [|b u]; cbn; try reflexivity. rewrite IH. reflexivity. Qed.
Lemma product_zeros_r c n : product c (repeat 0 n) = 0.
Proof. revert n. induction c as [|a c IH]; intros [|n]; cbn [product repeat]; try reflexivity. rewrite IH. lia. Qed.
Lemma product_unit c n i : length c = n -> (i < n)%nat -> product c (unit_ n i) = nth i c 0.
Proof.
  revert c i. induction n as [|n IH]; intros [|a c] i Hc Hi; cbn in Hc; try lia.
  destruct i as [|i]; cbn [unit_ product nth].
  - rewrite product_zeros_r. lia.
  - rewrite IH by lia. lia.
Qed.
Definition not_zero (c : form) : Prop := exists a, In a c /\ a <> 0.
Lemma nonzero_entry c : not_zero c -> exists i, (i < length c)%nat /\ nth i c 0 <> 0.
Proof. intros [a [Ha Ea]]. apply (In_nth _ _ 0) in Ha. destruct Ha as [i [Hi E]]. exists i. rewrite E. auto. Qed.

(** [rising g u]: every entry but the first exceeds the one before by at least g. *)
Fixpoint rising (g : Z) (u : list Z) : Prop :=
  match u with
  | [] => True
  | a :: r => match r with [] => True | b :: _ => a + g <= b end /\ rising g r
  end.
Lemma rising_weaken g h u : h <= g -> rising g u -> rising h u.
Proof.
  intros H. induction u as [|a u IH]; cbn; [tauto|]. intros [H1 H2]. split; [destruct u; [exact I|lia]|apply IH, H2].
Qed.
Lemma rising_vadd g h u v : length u = length v -> rising g u -> rising h v -> rising (g + h) (vadd u v).
Proof.
  revert v. induction u as [|a u IH]; intros [|b v] L; cbn in *; try discriminate; [tauto|].
  intros [A1 A2] [B1 B2]. split; [|apply IH; try assumption; lia].
  destruct u, v; cbn in *; try discriminate; [exact I|lia].
Qed.
Lemma rising_vscale k g u : 0 <= k -> rising g u -> rising (k * g) (vscale k u).
Proof.
  intros Hk. induction u as [|a u IH]; cbn; [tauto|]. intros [H1 H2]. split; [|apply IH, H2].
  destruct u as [|b u]; cbn; [exact I|nia].
Qed.
Lemma rising_some u : exists h, 0 <= h /\ rising (- h) u.
Proof.
  induction u as [|a u [h [H0 H]]]; [exists 0; split; [lia|exact I]|]. destruct u as [|b u].
  - exists 0. cbn. split; [lia|tauto].
  - exists (h + Z.abs (a - b)). split; [lia|]. split; [lia|]. apply rising_weaken with (- h); [lia|exact H].
Qed.
Definition staircase (n : nat) : list Z := map Z.of_nat (seq 0 n).
Lemma staircase_length n : length (staircase n) = n.
Proof. unfold staircase. rewrite map_length. apply seq_length. Qed.
Lemma staircase_rising n : rising 1 (staircase n).
Proof.
  unfold staircase. generalize 0%nat as k. induction n as [|n IH]; intros k; cbn [seq map rising]; [exact I|].
  split; [|apply IH]. destruct n; cbn [seq map]; [exact I|lia].
Qed.

(** ** Forms that change sign inside the cone *)
Definition crosses (n : nat) (c : form) : Prop :=
  (exists w, length w = n /\ rising 0 w /\ product c w < 0) /\ (exists w, length w = n /\ rising 0 w /\ 0 < product c w).

Lemma crosses_not_zero n c : crosses n c -> not_zero c.
Proof.
  intros [[w [_ [_ H]]] _]. revert w H. induction c as [|a c IH]; intros [|b w] H; cbn in H; try lia.
  destruct (Z.eq_dec a 0) as [->|E].
  - destruct (IH w ltac:(lia)) as [d [H1 H2]]. exists d. split; [right; exact H1|exact H2].
  - exists a. split; [left; reflexivity|exact E].
Qed.
Lemma inside n c w : length w = n -> rising 0 w -> product c w < 0 ->
  exists b, length b = n /\ rising 1 b /\ product c b < 0.
Proof.
  intros L R H. set (q := product c (staircase n)).
  exists (vadd (vscale (Z.abs q + 1) w) (staircase n)). split; [|split].
  - apply vadd_length; [rewrite vscale_length; exact L|apply staircase_length].
  - apply rising_weaken with (0 + 1); [lia|]. apply rising_vadd.
    + rewrite vscale_length, staircase_length. exact L.
    + replace 0 with ((Z.abs q + 1) * 0) by lia. apply rising_vscale; [lia|exact R].
    + apply staircase_rising.
  - rewrite product_vadd, product_vscale. fold q. nia.
Qed.
Lemma plane_point n c : crosses n c -> exists p, length p = n /\ rising 1 p /\ product c p = 0.
Proof.
  intros [[w [L [R H]]] [w' [L' [R' H']]]]. destruct (inside n c w L R H) as [a [La [Ra Ha]]].
  destruct (inside n (vscale (-1) c) w' L' R') as [b [Lb [Rb Hb]]]; [rewrite product_scaled; lia|].
  rewrite product_scaled in Hb. exists (vadd (vscale (product c b) a) (vscale (- product c a) b)). split; [|split].
  - apply vadd_length; rewrite vscale_length; assumption.
  - apply rising_weaken with (product c b * 1 + - product c a * 1); [lia|]. apply rising_vadd.
    + rewrite !vscale_length. congruence.
    + apply rising_vscale; [lia|exact Ra].
    + apply rising_vscale; [lia|exact Rb].
  - rewrite product_vadd, !product_vscale. lia.
Qed.

(** A point inside the cone on the plane of c and on none of the planes of finitely many others. *)
Definition apart (n : nat) (c d : form) : Prop := exists w, length w = n /\ product c w = 0 /\ product d w <> 0.
Lemma generic n c ds : crosses n c -> (forall d, In d ds -> apart n c d) ->
  exists p, length p = n /\ rising 1 p /\ product c p = 0 /\ forall d, In d ds -> product d p <> 0.
Proof.
  intros HC. induction ds as [|d ds IH]; intros H.
  - destruct (plane_point n c HC) as [p [H1 [H2 H3]]]. exists p. repeat split; try assumption. intros d [].
  - destruct IH as [p [L [R [P0 P]]]]; [intros e He; apply H; right; exact He|].
    destruct (Z.eq_dec (product d p) 0) as [E|E].
    2: { exists p. repeat split; try assumption. intros e [<-|He]; [exact E|apply P, He]. }
    destruct (H d (or_introl eq_refl)) as [w [Lw [W0 W]]]. destruct (rising_some w) as [h [H0 Hw]].
    assert (B : exists N, 0 <= N /\ forall e, In e ds -> Z.abs (product e w) < N).
    { clear. induction ds as [|e ds [N [N0 HN]]]; [exists 0; split; [lia|intros e []]|].
      exists (N + Z.abs (product e w) + 1). split; [lia|]. intros e' [<-|He]; [lia|]. specialize (HN e' He). lia. }
    destruct B as [N [N0 HN]]. set (k := N + h + 1).
    exists (vadd (vscale k p) w). repeat split.
    + apply vadd_length; [rewrite vscale_length; exact L|exact Lw].
    + apply rising_weaken with (k * 1 + - h); [unfold k; lia|]. apply rising_vadd; [rewrite vscale_length; congruence| |exact Hw].
      apply rising_vscale; [unfold k; lia|exact R].
    + rewrite product_vadd, product_vscale. lia.
    + intros e [<-|He]; rewrite product_vadd, product_vscale.
      * lia.
      * specialize (P e He). specialize (HN e He). unfold k. nia.
Qed.

(** ** Different primitive forms with a positive first entry are not proportional *)
Lemma fold_gcd_divides c a : (fold_left Z.gcd c a | a) /\ forall b, In b c -> (fold_left Z.gcd c a | b).
Proof.
  revert a. induction c as [|b c IH]; intros a; cbn [fold_left]; [split; [apply Z.divide_refl|intros b []]|].
  destruct (IH (Z.gcd a b)) as [H1 H2]. split.
  - apply Z.divide_trans with (Z.gcd a b); [exact H1|apply Z.gcd_divide_l].
  - intros d [<-|Hd]; [|apply H2, Hd]. apply Z.divide_trans with (Z.gcd a b); [exact H1|apply Z.gcd_divide_r].
Qed.
Lemma fold_gcd_nonneg c a : 0 <= a -> 0 <= fold_left Z.gcd c a.
Proof. revert a. induction c as [|b c IH]; intros a Ha; cbn [fold_left]; [exact Ha|]. apply IH, Z.gcd_nonneg. Qed.
Lemma fold_gcd_scale k c a : 0 <= a -> fold_left Z.gcd (vscale k c) (Z.abs k * a) = Z.abs k * fold_left Z.gcd c a.
Proof.
  revert a. induction c as [|b c IH]; intros a Ha; cbn [vscale map fold_left]; [reflexivity|].
  replace (Z.gcd (Z.abs k * a) (k * b)) with (Z.abs k * Z.gcd a b).
  - apply IH, Z.gcd_nonneg.
  - rewrite <- Z.gcd_mul_mono_l_nonneg by lia. rewrite <- (Z.gcd_abs_r _ (k * b)), <- (Z.gcd_abs_r _ (Z.abs k * b)).
    rewrite !Z.abs_mul, Z.abs_involutive. reflexivity.
Qed.
Lemma gcd_of_scale k c : gcd_of (vscale k c) = Z.abs k * gcd_of c.
Proof. unfold gcd_of. rewrite <- fold_gcd_scale by lia. f_equal. lia. Qed.

Lemma lead_opposite c : not_zero c -> lead_negative (vscale (-1) c) = negb (lead_negative c).
Proof.
  intros [a [Ha Ea]]. induction c as [|b c IH]; [contradiction|]. destruct b as [|b|b].
  - cbn. destruct Ha as [<-|Ha]; [congruence|]. apply IH, Ha.
  - reflexivity.
  - reflexivity.
Qed.
Lemma vscale_1 c : vscale 1 c = c.
Proof. unfold vscale. rewrite <- (map_id c) at 2. apply map_ext. intros a. lia. Qed.

Definition normal (c : form) : Prop := gcd_of c = 1 /\ lead_negative c = false.

Lemma minors n c d : length c = n -> length d = n ->
  apart n c d \/ forall i j, (i < n)%nat -> (j < n)%nat -> nth j c 0 * nth i d 0 = nth i c 0 * nth j d 0.
Proof.
  intros Hc Hd.
  set (ok := fun ij => nth (snd ij) c 0 * nth (fst ij) d 0 =? nth (fst ij) c 0 * nth (snd ij) d 0).
  destruct (forallb ok (list_prod (seq 0 n) (seq 0 n))) eqn:E.
  - right. intros i j Hi Hj. rewrite forallb_forall in E. specialize (E (i, j)). unfold ok in E. cbn [fst snd] in E.
    apply Z.eqb_eq, E. apply in_prod; apply in_seq; lia.
  - left. assert (X : exists ij, In ij (list_prod (seq 0 n) (seq 0 n)) /\ ok ij = false).
    { revert E. generalize (list_prod (seq 0 n) (seq 0 n)) as l. induction l as [|ij l IH]; cbn; [discriminate|].
      destruct (ok ij) eqn:O; cbn.
      - intros E. destruct (IH E) as [q [H1 H2]]. exists q. auto.
      - intros _. exists ij. auto. }
    destruct X as [[i j] [H1 H2]]. apply in_prod_iff in H1. destruct H1 as [Hi Hj]. apply in_seq in Hi, Hj.
    unfold ok in H2. cbn [fst snd] in H2. apply Z.eqb_neq in H2.
    exists (vadd (vscale (nth j c 0) (unit_ n i)) (vscale (- nth i c 0) (unit_ n j))). split; [|split].
    + apply vadd_length; rewrite vscale_length; apply unit_length.
    + rewrite product_vadd, !product_vscale, !product_unit by lia. lia.
    + rewrite product_vadd, !product_vscale, !product_unit by lia. lia.
Qed.
Theorem not_proportional n c d : length c = n -> length d = n -> not_zero c -> normal c -> normal d -> c <> d -> apart n c d.
Proof.
  intros Hc Hd NZ [Gc Sc] [Gd Sd] N. destruct (minors n c d Hc Hd) as [H|H]; [exact H|]. exfalso.
  destruct (nonzero_entry c NZ) as [j [Hj Ej]]. rewrite Hc in Hj. set (a := nth j c 0) in *. set (b := nth j d 0).
  assert (E : vscale a d = vscale b c).
  { apply (nth_ext _ _ 0 0); [rewrite !vscale_length; congruence|]. intros i Hi. rewrite vscale_length, Hd in Hi.
    unfold vscale. rewrite (nth_indep (map (Z.mul a) d) 0 (a * 0)) by (rewrite map_length; lia).
    rewrite (nth_indep (map (Z.mul b) c) 0 (b * 0)) by (rewrite map_length; lia).
    rewrite !map_nth. specialize (H i j Hi Hj). fold a b in H. lia. }
  assert (A0 : a <> 0) by exact Ej.
  assert (G : Z.abs a = Z.abs b).
  { pose proof (f_equal gcd_of E) as F. rewrite !gcd_of_scale, Gc, Gd in F. lia. }
  assert (C : b = a \/ b = - a) by lia. destruct C as [C|C].
  - apply N. apply (nth_ext _ _ 0 0); [congruence|]. intros i Hi. rewrite Hc in Hi. specialize (H i j Hi Hj). fold a in H.
    change (nth j d 0) with b in H. rewrite C in H. nia.
  - assert (D : d = vscale (-1) c).
    { apply (nth_ext _ _ 0 0); [rewrite vscale_length; congruence|]. intros i Hi. rewrite Hd in Hi. specialize (H i j Hi Hj).
      fold a in H. change (nth j d 0) with b in H. rewrite C in H. unfold vscale.
      rewrite (nth_indep (map (Z.mul (-1)) c) 0 (-1 * 0)) by (rewrite map_length; lia). rewrite map_nth. nia. }
    rewrite D, (lead_opposite c NZ), Sc in Sd. discriminate.
Qed.

(** ** Independence *)
Definition kinks (es : list (form * Z)) (u : list Z) : Z :=
  fold_right (fun e s => snd e * Z.max (product (fst e) u) 0 + s) 0 es.
Lemma kinks_app es fs u : kinks (es ++ fs) u = kinks es u + kinks fs u.
Proof. unfold kinks. induction es as [|e es IH]; cbn [app fold_right]; [reflexivity|]. rewrite IH. lia. Qed.

Lemma kinks_zero (es : list (form * Z)) u : (forall e, In e es -> snd e = 0) -> kinks es u = 0.
Proof.
  induction es as [|e es IH]; intros H; [reflexivity|].
  change (snd e * Z.max (product (fst e) u) 0 + kinks es u = 0).
  rewrite (H e (or_introl eq_refl)), IH; [lia|]. intros e' He. apply H. right. exact He.
Qed.

Definition good (n : nat) (c : form) : Prop := length c = n /\ crosses n c /\ normal c.

(** Away from the planes the second difference is 0. *)
Lemma far n p v es : length p = n -> length v = n -> (forall e, In e es -> product (fst e) p <> 0) ->
  exists N, 0 <= N /\ forall k, N <= k ->
    kinks es (vadd (vscale k p) v) + kinks es (vadd (vscale k p) (vscale (-1) v)) - 2 * kinks es (vscale k p) = 0.
Proof.
  intros Lp Lv. induction es as [|[c m] es IH]; intros H.
  - exists 0. split; [lia|]. intros k _. reflexivity.
  - destruct IH as [N [N0 HN]]; [intros e He; apply H; right; exact He|]. specialize (H (c, m) (or_introl eq_refl)). cbn [fst] in H.
    exists (N + Z.abs (product c v)). split; [lia|]. intros k Hk. specialize (HN k ltac:(lia)).
    cbn [kinks fold_right fst snd]. fold (kinks es (vadd (vscale k p) v)). fold (kinks es (vadd (vscale k p) (vscale (-1) v))).
    fold (kinks es (vscale k p)). rewrite !product_vadd, !product_vscale.
    set (x := product c p) in *. set (y := product c v) in *.
    assert (A : Z.max (k * x + y) 0 + Z.max (k * x + -1 * y) 0 - 2 * Z.max (k * x) 0 = 0).
    { assert (Z.abs y <= Z.abs (k * x)) by nia. lia. }
    nia.
Qed.

Theorem independent n es (lin : list Z) :
  NoDup (map fst es) -> (forall e, In e es -> good n (fst e)) ->
  (forall u, length u = n -> rising 0 u -> kinks es u + product lin u = 0) ->
  forall e, In e es -> snd e = 0.
Proof.
  intros ND HG HE [c m] He. cbn [snd]. apply in_split in He. destruct He as [e1 [e2 ->]].
  destruct (HG (c, m)) as [Hc [HX HN]]; [apply in_or_app; right; left; reflexivity|]. cbn [fst] in *.
  set (es := e1 ++ e2).
  assert (Hes : forall e, In e es -> In e (e1 ++ (c, m) :: e2)).
  { intros e H. apply in_app_or in H. apply in_or_app. destruct H; [left|right; right]; assumption. }
  assert (Nc : ~ In c (map fst es)).
  { unfold es. rewrite map_app in *. cbn [map fst] in ND. apply NoDup_remove_2 in ND. exact ND. }
  destruct (generic n c (map fst es) HX) as [p [Lp [Rp [P0 P]]]].
  { intros d Hd. apply in_map_iff in Hd. destruct Hd as [e [<- H]]. destruct (HG e (Hes e H)) as [He1 [_ He2]].
    apply not_proportional; try assumption; [apply (crosses_not_zero n), HX|]. intros E. apply Nc. rewrite E. apply in_map, H. }
  destruct (nonzero_entry c (crosses_not_zero n c HX)) as [j [Hj Ej]]. rewrite Hc in Hj. set (v := unit_ n j).
  assert (Lv : length v = n) by apply unit_length.
  assert (Cv : product c v = nth j c 0) by (apply product_unit; assumption).
  destruct (far n p v es Lp Lv) as [N [N0 HF]]; [intros e H; apply P, in_map, H|].
  destruct (rising_some v) as [h [H0 Hv]]. destruct (rising_some (vscale (-1) v)) as [h' [H0' Hv']].
  set (k := N + h + h' + 1). specialize (HF k ltac:(unfold k; lia)).
  assert (Rk : rising (k * 1) (vscale k p)) by (apply rising_vscale; [unfold k; lia|exact Rp]).
  assert (Lk : length (vscale k p) = n) by (rewrite vscale_length; exact Lp).
  assert (Split : forall u, kinks (e1 ++ (c, m) :: e2) u = kinks es u + m * Z.max (product c u) 0).
  { intros u. unfold es. rewrite !kinks_app. cbn [kinks fold_right fst snd]. fold (kinks e2 u). lia. }
  pose proof (HE (vscale k p) Lk (rising_weaken (k * 1) 0 _ ltac:(unfold k; lia) Rk)) as E0.
  pose proof (HE (vadd (vscale k p) v)) as E1. pose proof (HE (vadd (vscale k p) (vscale (-1) v))) as E2.
  rewrite Split in E0, E1, E2. rewrite !product_vadd, !product_vscale in *. rewrite P0, Cv in *.
  assert (Up : forall w g, length w = n -> g <= k -> rising (- g) w -> length (vadd (vscale k p) w) = n /\ rising 0 (vadd (vscale k p) w)).
  { intros w g Lw Hg Rw. split; [apply vadd_length; assumption|]. apply rising_weaken with (k * 1 + - g); [lia|].
    apply rising_vadd; [congruence|exact Rk|exact Rw]. }
  destruct (Up v h Lv ltac:(unfold k; lia) Hv) as [U1 U2].
  destruct (Up (vscale (-1) v) h' ltac:(rewrite vscale_length; exact Lv) ltac:(unfold k; lia) Hv') as [U1' U2'].
  assert (E1' := E1 U1 U2). assert (E2' := E2 U1' U2').
  clear E1 E2. set (y := nth j c 0) in *.
  assert (M : m * (Z.max (k * 0 + y) 0 + Z.max (k * 0 + -1 * y) 0) = 0) by lia.
  assert (0 < Z.max (k * 0 + y) 0 + Z.max (k * 0 + -1 * y) 0) by lia. nia.
Qed.

(** A linear form that is 0 on the cone is 0. *)
Theorem linear_zero n c : length c = n -> (forall u, length u = n -> rising 0 u -> product c u = 0) -> c = repeat 0 n.
Proof.
  intros Hc H. apply (nth_ext _ _ 0 0); [rewrite repeat_length; exact Hc|]. intros i Hi. rewrite Hc in Hi.
  rewrite nth_repeat. set (v := unit_ n i). destruct (rising_some v) as [h [H0 Hv]].
  assert (Lv : length v = n) by apply unit_length.
  assert (Lk : length (vscale h (staircase n)) = n) by (rewrite vscale_length; apply staircase_length).
  assert (Rk : rising (h * 1) (vscale h (staircase n))) by (apply rising_vscale; [exact H0|apply staircase_rising]).
  assert (A : product c (vscale h (staircase n)) = 0) by (apply H; [exact Lk|apply rising_weaken with (h * 1); [lia|exact Rk]]).
  assert (B : product c (vadd (vscale h (staircase n)) v) = 0).
  { apply H; [apply vadd_length; assumption|]. apply rising_weaken with (h * 1 + - h); [lia|].
    apply rising_vadd; [congruence|exact Rk|exact Hv]. }
  rewrite product_vadd, A in B. unfold v in B. rewrite product_unit in B by assumption. lia.
Qed.
