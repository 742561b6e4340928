(** * The tuple: sums over subsets, and the max as a sum of absolute values *)

From Coq Require Import List ZArith QArith Ring Setoid Morphisms Permutation Lia.
From Maxpooling Require Import OrderedField Network Deeper Laurent Integral.
Import ListNotations.
Open Scope list_scope.
Local Open Scope t_scope.
Add Ring G_ring2 : g_ring (setoid geq_equiv g_ring_ext).

Fixpoint PA (l : list nat) : T := match l with [] => tone | j :: r => (X j * ti - tone) * PA r end.
Fixpoint PB (l : list nat) : T := match l with [] => tone | j :: r => (tt * Y j - tone) * PB r end.
Fixpoint ka (l : list nat) : T := match l with [] => tone | j :: r => ti * ka r end.
Fixpoint kb (l : list nat) : T := match l with [] => tone | j :: r => - Y j * kb r end.
Fixpoint sg (l : list nat) : T := match l with [] => tone | j :: r => - sg r end.
Definition fJ (l : list nat) : T := ti * (PA l - PB l).
Lemma tt_ti : tt * ti == tone.
Proof. apply single; reflexivity. Qed.
Lemma PA_prodl l : PA l == prodl l * ka l.
Proof.
  induction l as [|j l IH]; cbn [PA prodl ka]; [ring|]. rewrite IH.
  transitivity ((X j * ti - tt * ti) * prodl l * ka l); [rewrite tt_ti; ring|ring].
Qed.
Lemma PB_prodl l : PB l == prodl l * kb l.
Proof.
  induction l as [|j l IH]; cbn [PB prodl kb]; [ring|]. rewrite IH.
  transitivity ((tt * Y j - X j * Y j) * prodl l * kb l); [rewrite XY; ring|ring].
Qed.
Lemma minus_one : tq (-1) == - tone. Proof. apply single; reflexivity. Qed.
Lemma step_A z j l : res (Pw z * PA (j :: l)) == X j * res (Pw (z + -1)%Z * PA l) - res (Pw z * PA l).
Proof.
  transitivity (res (X j * (Pw (z + -1)%Z * PA l) + tq (-1) * (Pw z * PA l))).
  - apply res_g. rewrite <- (Pw_mul z (-1)), minus_one. cbn [PA]. ring.
  - rewrite res_a. rewrite (res_c (X j)) by (unfold X; tc). rewrite (res_c (tq (-1))) by (unfold tq; tc).
    rewrite minus_one. ring.
Qed.
Lemma step_B z j l : res (Pw z * PB (j :: l)) == Y j * res (Pw (z + 1)%Z * PB l) - res (Pw z * PB l).
Proof.
  transitivity (res (Y j * (Pw (z + 1)%Z * PB l) + tq (-1) * (Pw z * PB l))).
  - apply res_g. rewrite <- (Pw_mul z 1), minus_one. cbn [PB]. ring.
  - rewrite res_a. rewrite (res_c (Y j)) by (unfold Y; tc). rewrite (res_c (tq (-1))) by (unfold tq; tc).
    rewrite minus_one. ring.
Qed.
Lemma res_A0 l z : (z <= -2)%Z -> res (Pw z * PA l) == tzero.
Proof.
  revert z. induction l as [|j l IH]; intros z Hz.
  - transitivity (res (Pw z)); [apply res_g; cbn [PA]; ring|]. apply res_Pw. lia.
  - rewrite step_A, (IH (z + -1)%Z), (IH z) by lia. ring.
Qed.
Lemma res_B0 l z : (0 <= z)%Z -> res (Pw z * PB l) == tzero.
Proof.
  revert z. induction l as [|j l IH]; intros z Hz.
  - transitivity (res (Pw z)); [apply res_g; cbn [PB]; ring|]. apply res_Pw. lia.
  - rewrite step_B, (IH (z + 1)%Z), (IH z) by lia. ring.
Qed.
Lemma res_A l : res (ti * PA l) == sg l.
Proof.
  induction l as [|j l IH]; [transitivity (res ti); [apply res_g; cbn [PA]; ring|reflexivity]|].
  rewrite step_A, res_A0, IH by lia. cbn [sg]. ring.
Qed.
Lemma res_B l : res (ti * PB l) == sg l.
Proof.
  induction l as [|j l IH]; [transitivity (res ti); [apply res_g; cbn [PB]; ring|reflexivity]|].
  rewrite step_B, res_B0, IH by lia. cbn [sg]. ring.
Qed.
Lemma res_fJ l : res (fJ l) == tzero.
Proof.
  transitivity (res (ti * PA l + tq (-1) * (ti * PB l))).
  - apply res_g. unfold fJ. rewrite minus_one. ring.
  - rewrite res_a. rewrite (res_c (tq (-1))) by (unfold tq; tc). rewrite res_A, res_B, minus_one. ring.
Qed.
Definition kk (i : nat) (l : list nat) : T := (X i - tt) * ti * (ka (i :: l) - kb (i :: l)).
Lemma kk_fJ i l : prodl l * kk i l == fJ (i :: l).
Proof. unfold fJ. rewrite PA_prodl, PB_prodl. unfold kk. cbn [prodl]. ring. Qed.
Lemma kk_res i l : res (prodl l * kk i l) == tzero.
Proof. rewrite kk_fJ. apply res_fJ. Qed.

(** The combination of exponentials for one subset. *)
Definition g (J : list nat) : T :=
  match J with [] => tzero | i :: l => proj1_sig (integral_to_the_least (length l) l i (kk i l) eq_refl (kk_res i l)) end.
Lemma g_spec (F : ofield) (x : nat -> F) J j : least x J j -> teq x (g J) (at_ j (int (fJ J))).
Proof.
  destruct J as [|i l]; [intros [[] _]|]. intros H. cbn [g]. destruct (integral_to_the_least _ _ _ _ _ _) as [a Ha]. cbn [proj1_sig].
  rewrite <- (Ha F x j H). apply (at_g j), int_g, kk_fJ.
Qed.
Lemma fJ_perm J J' : Permutation J J' -> fJ J == fJ J'.
Proof.
  intros H. unfold fJ. assert (E : PA J == PA J' /\ PB J == PB J').
  { induction H as [|j l l' _ [I1 I2]|i j l|l l' l'' _ [I1 I2] _ [K1 K2]]; cbn [PA PB]; split; try reflexivity.
    - rewrite I1; reflexivity. - rewrite I2; reflexivity. - ring. - ring.
    - rewrite I1; exact K1. - rewrite I2; exact K2. }
  destruct E as [-> ->]. reflexivity.
Qed.
Lemma has_least (F : ofield) (x : nat -> F) i l : exists j, least x (i :: l) j.
Proof.
  revert i. induction l as [|k l IH]; intros i.
  - exists i. split; [left; reflexivity|]. intros n [<-|[]]. apply fle_refl.
  - destruct (IH k) as [j [Hj Hm]]. destruct (fle_total F (x i) (x j)) as [H|H].
    + exists i. split; [left; reflexivity|]. intros n [<-|Hn]; [apply fle_refl|]. apply fle_trans with (x j); [exact H|apply Hm, Hn].
    + exists j. split; [right; exact Hj|]. intros n [<-|Hn]; [exact H|apply Hm, Hn].
Qed.
Lemma g_perm (F : ofield) (x : nat -> F) J J' : Permutation J J' -> teq x (g J) (g J').
Proof.
  intros H. destruct J as [|i l].
  - apply Permutation_nil in H. subst. reflexivity.
  - destruct (has_least F x i l) as [j Hj]. rewrite (g_spec F x _ j Hj).
    rewrite (g_spec F x J' j).
    + apply (at_g j), int_g, fJ_perm, H.
    + destruct Hj as [Hj Hm]. split; [apply (Permutation_in _ H), Hj|]. intros n Hn. apply Hm.
      apply (Permutation_in _ (Permutation_sym H)), Hn.
Qed.

(** Sums over the subsets of a list. *)
Fixpoint Ssum (f : list nat -> T) (l : list nat) : T :=
  match l with [] => f [] | j :: r => Ssum f r + Ssum (fun J => f (j :: J)) r end.
Section Sums.
Variable F : ofield.
Variable x : nat -> F.
Add Ring P_ring2 : (t_ring F x) (setoid (teq_equiv F x) (t_ring_ext F x)).
Lemma Ssum_ext f f' l : (forall J, (forall n, In n J -> In n l) -> teq x (f J) (f' J)) -> teq x (Ssum f l) (Ssum f' l).
Proof.
  revert f f'. induction l as [|j l IH]; intros f f' H; cbn [Ssum].
  - apply H. intros n [].
  - apply tadd_proper; apply IH; intros J HJ; apply H; intros n Hn; [right; auto|].
    destruct Hn as [->|Hn]; [left; reflexivity|right; auto].
Qed.
Lemma Ssum_perm l l' : Permutation l l' -> forall f, (forall J J', Permutation J J' -> teq x (f J) (f J')) ->
  teq x (Ssum f l) (Ssum f l').
Proof.
  induction 1 as [|j l l' _ IH|i j l|l l' l'' _ IH1 _ IH2]; intros f Hf; cbn [Ssum].
  - reflexivity.
  - apply tadd_proper; apply IH; [exact Hf|]. intros J J' H. apply Hf. constructor. exact H.
  - assert (E : teq x (Ssum (fun J => f (j :: i :: J)) l) (Ssum (fun J => f (i :: j :: J)) l)).
    { apply Ssum_ext. intros J _. apply Hf. constructor. }
    rewrite E. ring.
  - rewrite (IH1 f Hf). apply IH2, Hf.
Qed.
End Sums.
Lemma Ssum_geq f f' l : (forall J, f J == f' J) -> Ssum f l == Ssum f' l.
Proof. intros H F x. apply Ssum_ext. intros J _. apply H. Qed.
Lemma Ssum_mul c f l : Ssum (fun J => c * f J) l == c * Ssum f l.
Proof. revert f. induction l as [|j l IH]; intros f; cbn [Ssum]; [reflexivity|]. rewrite !IH. ring. Qed.
Lemma Ssum_add f f' l : Ssum (fun J => f J + f' J) l == Ssum f l + Ssum f' l.
Proof. revert f f'. induction l as [|j l IH]; intros f f'; cbn [Ssum]; [reflexivity|]. rewrite !IH. ring. Qed.
Lemma Ssum_A l : Ssum PA l == prodX l * ka l.
Proof.
  induction l as [|j l IH]; cbn [Ssum prodX ka]; [cbn [PA]; ring|]. cbn [PA]. rewrite Ssum_mul, IH. ring.
Qed.
Fixpoint kt (l : list nat) : T := match l with [] => tone | j :: r => tt * kt r end.
Lemma Ssum_B l : Ssum PB l == prodY l * kt l.
Proof.
  induction l as [|j l IH]; cbn [Ssum prodY kt]; [cbn [PB]; ring|]. cbn [PB]. rewrite Ssum_mul, IH. ring.
Qed.
Definition H_ (l : list nat) : T := prodX l * Pw (- Z.of_nat (length l) - 1)%Z + tq (-1) * (prodY l * Pw (Z.of_nat (length l) - 1)%Z).
Lemma ka_Pw l : ka l == Pw (- Z.of_nat (length l))%Z.
Proof.
  induction l as [|j l IH]; cbn [ka length]; [reflexivity|]. rewrite IH. rewrite (Pw_mul (-1)).
  apply single; [reflexivity|reflexivity|lia].
Qed.
Lemma kt_Pw l : kt l == Pw (Z.of_nat (length l))%Z.
Proof.
  induction l as [|j l IH]; cbn [kt length]; [reflexivity|]. rewrite IH. rewrite (Pw_mul 1).
  apply single; [reflexivity|reflexivity|lia].
Qed.
Lemma Ssum_f l : Ssum fJ l == H_ l.
Proof.
  unfold fJ. rewrite Ssum_mul.
  rewrite (Ssum_geq _ (fun J => PA J + - tone * PB J)) by (intros; ring).
  rewrite Ssum_add, Ssum_mul, Ssum_A, Ssum_B. unfold H_.
  pose proof (ka_Pw l) as Ea. pose proof (kt_Pw l) as Eb.
  rewrite Ea, Eb, minus_one. unfold Z.sub. change (- (1))%Z with (-1)%Z. rewrite <- (Pw_mul (- Z.of_nat (length l)) (-1)), <- (Pw_mul (Z.of_nat (length l)) (-1)). ring.
Qed.
