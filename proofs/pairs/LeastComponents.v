(** * Stronger: some template joins the n inputs to at most two parts

    The same induction as in [LeastPairs.v] with colourings in place of counts: if the pairs of phi leave at least
    three connected components on the n inputs, the mixed difference of |phi| is 0. So some phi_t leaves at most two;
    and if n = 2 k + 2, with at most k pairs a side, its pairs are a spanning forest of two trees. *)

From Coq Require Import List Arith ZArith QArith Ring Lia Bool Relations.
From Maxpooling Require Import OrderedField Network Maximum Relabel Checker NoOneLayer Ranks Identity LeastPairs.
Import ListNotations.
Open Scope list_scope.

(** ** Connected components *)
Definition linked (Z : list pair) (i j : nat) : Prop := In (i, j) Z.
Definition connected (Z : list pair) : nat -> nat -> Prop := clos_refl_sym_trans nat (linked Z).

(** A colour for every component: each pair recolours the component of its first end. *)
Fixpoint colour (Z : list pair) : nat -> nat :=
  match Z with
  | [] => fun i => i
  | (a, b) :: Z' => fun i => if (colour Z' i =? colour Z' a)%nat then colour Z' b else colour Z' i end.
Definition components (n : nat) (Z : list pair) : nat :=
  length (nodup Nat.eq_dec (map (colour Z) (seq 0 n))).
Definition proper_pairs (Z : list pair) : list pair := filter (fun e => negb (fst e =? snd e)%nat) Z.

Lemma colour_joined Z a b : In (a, b) Z -> colour Z a = colour Z b.
Proof.
  induction Z as [|[c d] Z IH]; intros H; [contradiction|]. cbn [colour].
  destruct H as [E|H].
  - inversion E; subst. rewrite Nat.eqb_refl. destruct (colour Z b =? colour Z a)%nat; reflexivity.
  - rewrite (IH H). reflexivity.
Qed.
Lemma connected_more Z e i j : connected Z i j -> connected (e :: Z) i j.
Proof.
  induction 1 as [i j H| |i j _ IH|i j k _ IH1 _ IH2].
  - apply rst_step. right. exact H.
  - apply rst_refl.
  - apply rst_sym, IH.
  - apply rst_trans with j; assumption.
Qed.
(** The colours are the components. *)
Theorem colour_connected Z : forall i j, colour Z i = colour Z j <-> connected Z i j.
Proof.
  intros i j. split.
  - revert i j. induction Z as [|[a b] Z IH]; intros i j; cbn [colour].
    + intros ->. apply rst_refl.
    + assert (L : connected ((a, b) :: Z) a b) by (apply rst_step; left; reflexivity).
      assert (M : forall u v, colour Z u = colour Z v -> connected ((a, b) :: Z) u v)
        by (intros u v H; apply connected_more, IH, H).
      destruct (Nat.eqb_spec (colour Z i) (colour Z a)) as [Ei|Ei],
        (Nat.eqb_spec (colour Z j) (colour Z a)) as [Ej|Ej]; intros H.
      * apply M. congruence.
      * apply rst_trans with a; [apply M, Ei|]. apply rst_trans with b; [exact L|apply M, H].
      * apply rst_trans with b; [apply M, H|]. apply rst_trans with a; [apply rst_sym, L|apply M; congruence].
      * apply M, H.
  - induction 1 as [i j H| |i j _ IH|i j k _ IH1 _ IH2]; [apply colour_joined, H|reflexivity|congruence|congruence].
Qed.

(** Every pair i <> j lowers the number of components by at most 1. *)
Lemma components_pairs n Z : (n <= components n Z + length (proper_pairs Z))%nat.
Proof.
  induction Z as [|[a b] Z IH].
  - unfold components. cbn [colour proper_pairs filter length]. rewrite map_id.
    rewrite nodup_fixed_point by apply seq_NoDup. rewrite seq_length. lia.
  - unfold proper_pairs in *. cbn [filter fst snd]. unfold components in *. destruct (Nat.eqb_spec a b) as [E|E]; cbn [negb].
    + rewrite (map_ext _ (colour Z)); [exact IH|]. intros i. cbn [colour]. subst b.
      destruct (Nat.eqb_spec (colour Z i) (colour Z a)) as [H|H]; congruence.
    + cbn [length]. set (A := nodup Nat.eq_dec (map (colour Z) (seq 0 n))) in *.
      set (B := nodup Nat.eq_dec (map (colour ((a, b) :: Z)) (seq 0 n))).
      assert (L : (length A <= length (colour Z a :: B))%nat).
      { apply NoDup_incl_length; [apply NoDup_nodup|]. intros v Hv. apply nodup_In, in_map_iff in Hv.
        destruct Hv as [i [<- Hi]]. destruct (Nat.eq_dec (colour Z i) (colour Z a)) as [H|H].
        - left. congruence.
        - right. apply nodup_In, in_map_iff. exists i. split; [|exact Hi]. cbn [colour].
          destruct (Nat.eqb_spec (colour Z i) (colour Z a)); [contradiction|reflexivity]. }
      simpl in L. lia.
Qed.

(** ** Colourings *)
Definition two (n : nat) (c : nat -> nat) : Prop := exists i j, (i < n)%nat /\ (j < n)%nat /\ c i <> c j.
Definition three (n : nat) (c : nat -> nat) : Prop :=
  exists i j k, (i < n)%nat /\ (j < n)%nat /\ (k < n)%nat /\ c i <> c j /\ c j <> c k /\ c i <> c k.
Definition later (c : nat -> nat) (i : nat) : nat := c (S i).

Lemma components_three n Z : (3 <= components n Z)%nat -> three n (colour Z).
Proof.
  unfold components. intros H. pose proof (NoDup_nodup Nat.eq_dec (map (colour Z) (seq 0 n))) as N.
  assert (I : forall v, In v (nodup Nat.eq_dec (map (colour Z) (seq 0 n))) -> exists i, (i < n)%nat /\ colour Z i = v).
  { intros v Hv. apply nodup_In, in_map_iff in Hv. destruct Hv as [i [E Hi]]. apply in_seq in Hi. exists i. split; [lia|exact E]. }
  destruct (nodup Nat.eq_dec (map (colour Z) (seq 0 n))) as [|u [|v [|w l]]]; simpl in H; try lia.
  destruct (I u) as [i [Hi Ei]]; [left; reflexivity|].
  destruct (I v) as [j [Hj Ej]]; [right; left; reflexivity|].
  destruct (I w) as [k [Hk Ek]]; [right; right; left; reflexivity|].
  exists i, j, k. rewrite Ei, Ej, Ek. inversion N as [|? ? N1 N2]; subst. inversion N2 as [|? ? N3 N4]; subst.
  simpl in N1, N3. repeat split; try assumption; intros E; [apply N1; left|apply N3; left|apply N1; right; left]; congruence.
Qed.

Lemma three_two n c : three n c -> two n c.
Proof. intros [i [j [k [Hi [Hj [_ [H _]]]]]]]. exists i, j. auto. Qed.
Lemma later_three n c m : three (S n) c -> (m < n)%nat -> c (S m) = c 0%nat -> three n (later c).
Proof.
  intros [i [j [k [Hi [Hj [Hk [H1 [H2 H3]]]]]]]] Hm E.
  assert (R : forall u, (u < S n)%nat -> exists v, (v < n)%nat /\ later c v = c u).
  { intros [|u] Hu; [exists m; auto|exists u; split; [lia|reflexivity]]. }
  destruct (R i Hi) as [i' [Hi' Ei]], (R j Hj) as [j' [Hj' Ej]], (R k Hk) as [k' [Hk' Ek]].
  exists i', j', k'. rewrite Ei, Ej, Ek. auto 10.
Qed.
Lemma later_two n c : three (S n) c -> two n (later c).
Proof.
  intros [i [j [k [Hi [Hj [Hk [H1 [H2 H3]]]]]]]].
  destruct i as [|i].
  - destruct j as [|j]; [congruence|]. destruct k as [|k]; [congruence|]. exists j, k. unfold later. repeat split; auto; lia.
  - destruct j as [|j].
    + destruct k as [|k]; [congruence|]. exists i, k. unfold later. repeat split; auto; lia.
    + exists i, j. unfold later. repeat split; auto; lia.
Qed.

Section Field.
Variable K : ofield.
Add Ring K_ring : (f_ring K).
Local Open Scope of_scope.
Local Notation phi := (phi K).
Local Notation mixed := (mixed K).
Local Notation far := (far K).
Local Notation up := (up K).
Local Notation down := (down K).

Definition joined (c : nat -> nat) (p : list (pair * K)) : Prop :=
  forall e, In e p -> c (fst (fst e)) = c (snd (fst e)).
Definition inside (n : nat) (p : list (pair * K)) : Prop :=
  forall e, In e p -> (fst (fst e) < n)%nat /\ (snd (fst e) < n)%nat.

Lemma mixed_two l p c : two (length l) c -> joined c p -> mixed l (phi p) = 0.
Proof.
  intros [i [j [Hi [Hj H]]]] HJ. unfold LeastPairs.phi.
  rewrite (mixed_sum K (pair * K) l (fun e x => snd e * pair_max x (fst e)) p).
  transitivity (sum (fun _ : pair * K => (0 : K)) p); [|apply sum_0]. apply sum_ext. intros e He.
  rewrite mixed_mul. specialize (HJ e He).
  assert (E : exists k, (k < length l)%nat /\ k <> fst (fst e) /\ k <> snd (fst e)).
  { destruct (Nat.eq_dec (c (fst (fst e))) (c i)) as [E|E].
    - exists j. repeat split; [exact Hj|intros ->; congruence|intros ->; congruence].
    - exists i. repeat split; [exact Hi|intros ->; congruence|intros ->; congruence]. }
  destruct E as [k [Hk [E1 E2]]]. rewrite (mixed_ignores K k l); [ring|exact Hk|apply pair_ignores; assumption].
Qed.

Lemma up_kept n c p : inside (S n) p -> joined c p ->
  inside n (flat_map up p) /\ joined (later c) (flat_map up p).
Proof.
  intros HI HJ. split; intros e He; apply in_flat_map in He; destruct He as [[[i j] a] [Hp He]];
    pose proof (HI _ Hp) as I1; pose proof (HJ _ Hp) as J1; cbn [fst snd] in I1, J1;
    destruct i as [|i], j as [|j]; cbn in He; try contradiction; destruct He as [<-|[]]; cbn [fst snd];
    unfold later; first [lia|exact J1].
Qed.
Lemma down_kept n c p : inside (S n) p -> joined c p ->
  inside n (flat_map down p) /\ joined (later c) (flat_map down p).
Proof.
  intros HI HJ. split; intros e He; apply in_flat_map in He; destruct He as [[[i j] a] [Hp He]];
    pose proof (HI _ Hp) as I1; pose proof (HJ _ Hp) as J1; cbn [fst snd] in I1, J1;
    destruct i as [|i], j as [|j]; cbn in He; try contradiction; destruct He as [<-|[]]; cbn [fst snd];
    unfold later; first [lia|exact J1|reflexivity].
Qed.
Lemma alone n c p : inside (S n) p -> joined c p -> (forall m, (m < n)%nat -> c (S m) <> c 0%nat) ->
  flat_map up p = flat_map down p /\ sum (up_weight K) p = sum (down_weight K) p.
Proof.
  intros HI HJ HA. induction p as [|[[i j] a] p IH]; [split; reflexivity|].
  destruct IH as [E1 E2]; [intros e He; apply HI; right; exact He|intros e He; apply HJ; right; exact He|].
  specialize (HI _ (or_introl eq_refl)). specialize (HJ _ (or_introl eq_refl)). cbn [fst snd] in HI, HJ.
  cbn [flat_map sum]. rewrite E1, E2. destruct i as [|i], j as [|j].
  - split; reflexivity.
  - exfalso. apply (HA j); [lia|congruence].
  - exfalso. apply (HA i); [lia|congruence].
  - split; reflexivity.
Qed.

Lemma mixed_abs_three n : forall p c, inside n p -> joined c p -> three n c ->
  far n (fun l => mixed l (fun x => size_of K (phi p x)) = 0).
Proof.
  induction n as [|n IH]; intros p c HI HJ H3; [destruct H3 as [i [_ [_ [H _]]]]; lia|]. cbn [LeastPairs.far].
  pose proof (later_two n c H3) as H2.
  assert (HL : forall l : list K, length l = n -> l <> []).
  { intros [|a l] Hl; [|discriminate]. destruct H2 as [i [_ [H _]]]. simpl in Hl. lia. }
  destruct (up_kept n c p HI HJ) as [Iu Ju]. destruct (down_kept n c p HI HJ) as [Id Jd].
  assert (Z : forall l q, length l = n -> joined (later c) q -> mixed l (phi q) = 0).
  { intros l q Hl Hq. apply mixed_two with (later c); [rewrite Hl; exact H2|exact Hq]. }
  destruct (in_dec Nat.eq_dec (c 0%nat) (map (later c) (seq 0 n))) as [E|E].
  - apply in_map_iff in E. destruct E as [m [E Hm]]. apply in_seq in Hm.
    assert (T : three n (later c)) by (apply (later_three n c m H3); [lia|exact E]).
    generalize (far_and K n _ _ (IH _ _ Iu Ju T) (IH _ _ Id Jd T)). apply far_mono. intros l Hl [Au Ad].
    apply step_joined; auto.
  - destruct (alone n c p HI HJ) as [E1 E2].
    { intros m Hm Em. apply E. apply in_map_iff. exists m. split; [exact Em|]. apply in_seq. lia. }
    apply far_all. intros l Hl. apply step_alone; auto.
Qed.

(** ** The theorem *)
Theorem two_components_modulo n (others : list (nat * (list K -> K))) (terms : list (list (pair * K) * K)) :
  (1 <= n)%nat ->
  (forall o, In o others -> (fst o < n)%nat /\ ignores K (fst o) (snd o)) ->
  (forall t, In t terms -> inside n (fst t)) ->
  (forall x, length x = n ->
     is_max (sum (fun o => snd o x) others + sum (fun t => snd t * size_of K (phi (fst t) x)) terms) x) ->
  exists t, In t terms /\ (components n (map fst (fst t)) <= 2)%nat.
Proof.
  intros Hn HO HI HM.
  destruct (Exists_dec (fun t : list (pair * K) * K => (components n (map fst (fst t)) <= 2)%nat) terms) as [H|H].
  - intros t. apply le_dec.
  - apply Exists_exists in H. exact H.
  - exfalso. rewrite <- Forall_Exists_neg, Forall_forall in H.
    apply (not_all_zero K n others terms Hn HO); [|exact HM]. intros t Ht. specialize (H t Ht). cbn beta in H.
    apply mixed_abs_three with (colour (map fst (fst t))); [apply HI, Ht| |apply components_three; lia].
    intros [[i j] a] He. cbn [fst snd]. apply colour_joined. apply in_map_iff. exists ((i, j), a). auto.
Qed.

Theorem two_components n (linear : list (pair * K)) (terms : list (list (pair * K) * K)) :
  (3 <= n)%nat -> (forall t, In t terms -> inside n (fst t)) ->
  (forall x, length x = n ->
     is_max (phi linear x + sum (fun t => snd t * size_of K (phi (fst t) x)) terms) x) ->
  exists t, In t terms /\ (components n (map fst (fst t)) <= 2)%nat.
Proof.
  intros Hn HI HM. apply (two_components_modulo n (as_others K linear)); [lia| |exact HI|].
  - intros o Ho. apply (as_others_ignore K n linear); assumption.
  - intros x Hx. rewrite as_others_value. exact (HM x Hx).
Qed.

(** ** Templates *)
Theorem template_two_components n (linear : list (pair * K)) (comps : list ((list pair * list pair) * K)) :
  (3 <= n)%nat ->
  (forall c e, In c comps -> In e (fst (fst c) ++ snd (fst c)) -> (fst e < n)%nat /\ (snd e < n)%nat) ->
  (forall x, length x = n -> is_max (phi linear x + sum (fun c => snd c * compare x (fst c)) comps) x) ->
  exists c, In c comps /\ (components n (fst (fst c) ++ snd (fst c)) <= 2)%nat.
Proof.
  intros Hn HI HM. destruct (two_components n (linear ++ linear_of K comps) (terms_of K comps) Hn) as [t [Ht E]].
  - intros t Ht e He. apply in_map_iff in Ht. destruct Ht as [c [<- Hc]]. cbn [fst] in He.
    apply (HI c (fst e) Hc). rewrite <- (difference_fst K (fst c)). apply in_map, He.
  - intros x Hx. rewrite <- templates_as_terms. apply HM, Hx.
  - apply in_map_iff in Ht. destruct Ht as [c [<- Hc]]. cbn [fst] in E. rewrite difference_fst in E.
    exists c. split; assumption.
Qed.

(** With the least number of pairs, n = 2 k + 2: some template has k proper pairs a side, which join the n inputs to
    exactly two components. As n - 2 pairs do it, they are a spanning forest of two trees (so no pair repeats). *)
Theorem tight n k (linear : list (pair * K)) (comps : list ((list pair * list pair) * K)) :
  (3 <= n)%nat -> n = (2 * k + 2)%nat ->
  (forall c e, In c comps -> In e (fst (fst c) ++ snd (fst c)) -> (fst e < n)%nat /\ (snd e < n)%nat) ->
  (forall c, In c comps -> (length (fst (fst c)) <= k)%nat /\ (length (snd (fst c)) <= k)%nat) ->
  (forall x, length x = n -> is_max (phi linear x + sum (fun c => snd c * compare x (fst c)) comps) x) ->
  exists c, In c comps /\ length (fst (fst c)) = k /\ length (snd (fst c)) = k /\
    proper_pairs (fst (fst c) ++ snd (fst c)) = fst (fst c) ++ snd (fst c) /\
    components n (fst (fst c) ++ snd (fst c)) = 2%nat.
Proof.
  intros Hn HN HI HK HM. destruct (template_two_components n linear comps Hn HI HM) as [c [Hc E]].
  exists c. destruct (HK c Hc) as [K1 K2].
  pose proof (components_pairs n (fst (fst c) ++ snd (fst c))) as C.
  assert (F : forall Z, (length (proper_pairs Z) <= length Z)%nat /\ (length (proper_pairs Z) = length Z -> proper_pairs Z = Z)).
  { unfold proper_pairs. induction Z as [|e Z [I1 I2]]; [auto|]. cbn [filter].
    destruct (negb (fst e =? snd e)%nat); cbn [length]; split; try lia. intros L. rewrite I2 by lia. reflexivity. }
  destruct (F (fst (fst c) ++ snd (fst c))) as [F1 F2]. rewrite app_length in F1, F2.
  repeat split; [exact Hc|lia|lia|apply F2; lia|lia].
Qed.
End Field.
