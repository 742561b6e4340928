(** * For every n the max is a combination of absolute values of combinations of pairwise maxes *)

From Coq Require Import List ZArith QArith Ring Setoid Morphisms Permutation Lia.
From Maxpooling Require Import OrderedField Network Deeper Laurent Integral Tuple.
Import ListNotations.
Open Scope list_scope.
Local Open Scope t_scope.

Lemma Ssum_lin m f l : Ssum (fun J => at_ m (int (f J))) l == at_ m (int (Ssum f l)).
Proof.
  revert f. induction l as [|j l IH]; intros f; cbn [Ssum]; [reflexivity|].
  rewrite int_a, at_a, !IH. reflexivity.
Qed.

Lemma last_any (l : list nat) : forall j a b, last (j :: l) a = last (j :: l) b.
Proof. induction l as [|k l IH]; intros j a b; [reflexivity|]. change (last (k :: l) a = last (k :: l) b). apply IH. Qed.

Section AtPoint.
Variable F : ofield.
Variable x : nat -> F.
Add Ring F_ring9 : (f_ring F).
Local Open Scope of_scope.
Definition fabs (a : F) : F := fmax a (- a).
Lemma fabs_pos a : 0 <= a -> fabs a = a.
Proof. intros H. apply fmax_l. apply fle_trans with 0; [apply fle_opp_0, H|exact H]. Qed.
Lemma fabs_neg a : 0 <= a -> fabs (- a) = a.
Proof.
  intros H. unfold fabs. replace (- - a) with a by ring. apply fmax_r.
  apply fle_trans with 0; [apply fle_opp_0, H|exact H].
Qed.
Definition habs (a : F) (_ : Z) : F := fabs a.
Fixpoint total (l : list nat) : F := match l with [] => 0 | j :: r => x j + total r end.

Lemma tev_one h q m z : tev x h [(q, (m, z))] = ofQ q * h (mval x m) z.
Proof. unfold tev. cbn [sum fst snd]. ring. Qed.
Lemma tev_X h j p : tev x h (tmul (X j) p) = tev x (fun a z => h (x j + a) z) p.
Proof.
  rewrite tev_mul'. unfold X. rewrite tev_one, ofQ_1, mul_1. cbn [mval]. rewrite fmax_same, ofZ_1, mul_1, add_0r.
  apply tev_ext. intros. rewrite Z.add_0_l. reflexivity.
Qed.
Lemma tev_Y h j p : tev x h (tmul (Y j) p) = tev x (fun a z => h (- x j + a) z) p.
Proof.
  rewrite tev_mul'. unfold Y. rewrite tev_one, ofQ_1, mul_1. cbn [mval]. rewrite fmax_same.
  change (-1)%Z with (- (1))%Z. rewrite ofZ_opp, ofZ_1.
  assert (E : - (1) * x j + 0 = - x j) by ring. rewrite E.
  apply tev_ext. intros. rewrite Z.add_0_l. reflexivity.
Qed.
Lemma tev_Pw h z : tev x h (Pw z) = h 0 z.
Proof. unfold Pw. rewrite tev_one, ofQ_1, mul_1. reflexivity. Qed.
Lemma add_as (a b c : F) : a + (b + c) = a + b + c. Proof. ring. Qed.
Lemma tev_prodX h l z : tev x h (tmul (prodX l) (Pw z)) = h (total l) z.
Proof.
  revert h. induction l as [|j l IH]; intros h; cbn [prodX total].
  - rewrite (Rmul_1_l (t_ring F x) (Pw z) h). apply tev_Pw.
  - rewrite <- (Rmul_assoc (t_ring F x) (X j) (prodX l) (Pw z) h), tev_X. apply IH.
Qed.
Lemma tev_prodY h l z : tev x h (tmul (prodY l) (Pw z)) = h (- total l) z.
Proof.
  revert h. induction l as [|j l IH]; intros h; cbn [prodY total].
  - rewrite (Rmul_1_l (t_ring F x) (Pw z) h), tev_Pw. replace (- 0 : F) with (0 : F) by ring. reflexivity.
  - rewrite <- (Rmul_assoc (t_ring F x) (Y j) (prodY l) (Pw z) h), tev_Y, IH.
    replace (- (x j + total l)) with (- x j + - total l) by ring. reflexivity.
Qed.
Lemma tev_tq h q p : tev x h (tmul (tq q) p) = ofQ q * tev x h p.
Proof.
  rewrite tev_mul'. unfold tq. rewrite tev_one. cbn [mval]. f_equal. apply tev_ext. intros. rewrite add_0l, Z.add_0_l. reflexivity.
Qed.

Definition iq (l : list nat) : F := ofQ (Qinv (inject_Z (Z.of_nat (length l)))).
Definition cnt (l : list nat) : F := ofZ (Z.of_nat (length l)).
Lemma total_low m l : (forall n, In n l -> x m <= x n) -> 0 <= total l - cnt l * x m.
Proof.
  unfold cnt. induction l as [|j l IH]; intros H; cbn [total length].
  - change (Z.of_nat 0) with 0%Z. rewrite ofZ_0. replace (0 - 0 * x m) with (0 : F) by ring. apply fle_refl.
  - rewrite Nat2Z.inj_succ, <- Z.add_1_l, ofZ_add, ofZ_1.
    replace (x j + total l - (1 + ofZ (Z.of_nat (length l))) * x m) with ((x j - x m) + (total l - ofZ (Z.of_nat (length l)) * x m)) by ring.
    replace (0 : F) with (0 + 0 : F) by ring. apply fle_add2; [apply fle_diff, H; left; reflexivity|].
    apply IH. intros; apply H; right; assumption.
Qed.
Lemma inv_neg k : ofQ (Qinv (inject_Z (- Z.of_nat k))) = - ofQ (Qinv (inject_Z (Z.of_nat k))) :> F.
Proof.
  rewrite <- ofQ_opp. apply ofQ_ext. destruct k as [|k]; [reflexivity|]. reflexivity.
Qed.
Lemma value_H m l : (forall n, In n l -> x m <= x n) ->
  tev x habs (at_ m (int (H_ l))) = - (1 + 1) * iq l * (total l - cnt l * x m).
Proof.
  intros H. rewrite tev_at, tev_int. unfold H_. rewrite tev_add, tev_tq, tev_prodX, tev_prodY. unfold habs.
  set (k := length l). replace (- Z.of_nat k - 1 + 1)%Z with (- Z.of_nat k)%Z by lia.
  replace (Z.of_nat k - 1 + 1)%Z with (Z.of_nat k) by lia. rewrite inv_neg, ofZ_opp. fold (iq l). fold (cnt l).
  pose proof (total_low m l H) as L. set (w := total l - cnt l * x m) in *.
  change (ofZ (Z.of_nat k)) with (cnt l). 
  assert (E1 : - cnt l * x m + total l = w) by (unfold w; ring).
  assert (E2 : cnt l * x m + - total l = - w) by (unfold w; ring).
  rewrite E1, E2, fabs_pos, fabs_neg by exact L. change (ofQ (Qinv (inject_Z (Z.of_nat k)))) with (iq l).
  assert (E3 : ofQ (-1) = - (1) :> F) by (change (-1)%Q with (Qopp 1); rewrite ofQ_opp, ofQ_1; reflexivity).
  rewrite E3. ring.
Qed.
Lemma iq_cnt j l : iq (j :: l) * cnt (j :: l) = 1.
Proof.
  unfold iq, cnt. rewrite <- ofQ_Z, <- ofQ_mul, <- ofQ_1. apply ofQ_ext. rewrite Qmult_comm. apply Qmult_inv_r.
  intros E. unfold Qeq in E. cbn in E. lia.
Qed.
Lemma second m r : (forall n, In n r -> x m <= x n) ->
  tev x habs (Ssum (fun J => g (m :: J)) r) = tev x habs (at_ m (int (H_ (m :: r)))) - tev x habs (at_ m (int (H_ r))).
Proof.
  intros H. assert (E : teq x (Ssum (fun J => g (m :: J)) r) (at_ m (int (Ssum (fun J => fJ (m :: J)) r)))).
  { rewrite <- (Ssum_lin m (fun J => fJ (m :: J)) r F x). apply Ssum_ext. intros J HJ. apply g_spec.
    split; [left; reflexivity|]. intros n [<-|Hn]; [apply fle_refl|apply H, HJ, Hn]. }
  rewrite (E habs).
  assert (E2 : (at_ m (int (H_ (m :: r))) == at_ m (int (H_ r)) + at_ m (int (Ssum (fun J => fJ (m :: J)) r)))%t).
  { rewrite <- at_a, <- int_a, <- !Ssum_f. reflexivity. }
  rewrite (E2 F x habs), tev_add. ring.
Qed.
Fixpoint asc (l : list nat) : Prop := match l with [] => True | m :: r => (forall n, In n r -> x m <= x n) /\ asc r end.
Lemma value_asc l : forall m, asc (m :: l) ->
  tev x habs (Ssum g (m :: l)) = (1 + 1) * (x (last (m :: l) m) - iq (m :: l) * total (m :: l)).
Proof.
  induction l as [|j l IH]; intros m [H1 H2].
  - cbn [Ssum]. rewrite tev_add. pose proof (second m [] H1) as E. cbn [Ssum] in E. rewrite E. clear E.
    rewrite !value_H by (cbn; intuition (subst; apply fle_refl)). 
    pose proof (iq_cnt m []) as E. change (tev x habs (g [])) with (0 : F). cbn [last].
    change (total []) with (0 : F). assert (C : cnt [] = 0) by (apply ofZ_0). rewrite C.
    transitivity ((1 + 1) * (iq [m] * cnt [m] * x m - iq [m] * total [m])); [ring|]. rewrite E. ring.
  - change (Ssum g (m :: j :: l)) with (tadd (Ssum g (j :: l)) (Ssum (fun J => g (m :: J)) (j :: l))).
    rewrite tev_add, (IH j H2), second by exact H1.
    rewrite (value_H m (j :: l)) by exact H1.
    rewrite (value_H m (m :: j :: l)) by (intros n [<-|Hn]; [apply fle_refl|apply H1, Hn]).
    pose proof (iq_cnt m (j :: l)) as E1. pose proof (iq_cnt j l) as E2.
    assert (L : last (m :: j :: l) m = last (j :: l) j).
    { exact (last_any l j m j). }
    rewrite L. set (y := x (last (j :: l) j)).
    transitivity ((1 + 1) * (y - iq (m :: j :: l) * total (m :: j :: l) + iq (m :: j :: l) * cnt (m :: j :: l) * x m - iq (j :: l) * cnt (j :: l) * x m)); [ring|].
    rewrite E1, E2. ring.
Qed.
Lemma fle_from_opp (a b : F) : - b <= - a -> a <= b.
Proof. intros H. replace a with (- - a) by ring. replace b with (- - b) by ring. apply fle_opp, H. Qed.
Lemma final_ring (y a b : F) : (1 + 1) * y = (1 + 1) * (a * b) + (1 + 1) * (y - a * b).
Proof. ring. Qed.
End AtPoint.

(** The theorem, as an identity: one combination P of exponentials of combinations of pairwise maxes, for all ordered
    fields and all points; [tev x habs P] is the same combination of the absolute values. *)
Theorem identity_for_every_n (n : nat) : (1 <= n)%nat -> exists P : T, forall (F : ofield) (x : nat -> F),
  exists j, (j < n)%nat /\ (forall i, (i < n)%nat -> (x i <= x j)%of) /\
    ((1 + 1) * x j = (1 + 1) * (ofQ (Qinv (inject_Z (Z.of_nat n))) * total F x (seq 0 n)) + tev x (habs F) P)%of.
Proof.
  intros Hn. exists (Ssum g (seq 0 n)). intros F x.
  destruct (sorting F (fun i => fopp (x i)) (seq 0 n)) as [l [Hp Hd]].
  assert (Hl : length l = n) by (rewrite <- (Permutation_length Hp); apply seq_length).
  assert (A : forall l, descending (fun i => fopp (x i)) l -> asc F x l).
  { clear. induction l as [|m l IH]; [intros; exact I|]. intros [H1 H2]. split; [|apply IH, H2].
    intros k Hk. apply fle_from_opp. apply H1, Hk. }
  assert (La : forall l m, asc F x (m :: l) -> forall i, In i (m :: l) -> (x i <= x (last (m :: l) m))%of).
  { clear. induction l as [|k l IH]; intros m [H1 H2] i Hi.
    - destruct Hi as [<-|[]]. apply fle_refl.
    - assert (L : last (m :: k :: l) m = last (k :: l) k) by exact (last_any l k m k). rewrite L.
      destruct Hi as [<-|Hi]; [|apply IH; assumption]. apply fle_trans with (x k); [apply H1; left; reflexivity|].
      apply IH; [exact H2|left; reflexivity]. }
  assert (Li : forall (l : list nat) (m : nat), In (last (m :: l) m) (m :: l)).
  { clear. induction l as [|k l IH]; intros m; [left; reflexivity|].
    assert (L : last (m :: k :: l) m = last (k :: l) k) by exact (last_any l k m k). rewrite L. right. apply IH. }
  destruct l as [|m r]; [cbn in Hl; lia|]. pose proof (A _ Hd) as Ha. exists (last (m :: r) m).
  assert (IN : forall i, In i (m :: r) <-> (i < n)%nat).
  { intros i. split; intros H.
    - apply (Permutation_in _ (Permutation_sym Hp)) in H. apply in_seq in H. lia.
    - apply (Permutation_in _ Hp). apply in_seq. lia. }
  split; [apply IN, Li|]. split; [intros i Hi; apply La; [exact Ha|apply IN, Hi]|].
  rewrite (Ssum_perm F x _ _ Hp g (g_perm F x) (habs F)), (value_asc F x r m Ha).
  assert (Et : total F x (seq 0 n) = total F x (m :: r)).
  { clear - Hp. induction Hp; cbn [total]; [reflexivity|rewrite IHHp; reflexivity| |congruence].
    rewrite !add_as. f_equal. apply (Radd_comm (f_ring F)). }
  rewrite Et. unfold iq. rewrite Hl. apply final_ring.
Qed.
