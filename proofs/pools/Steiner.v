(** * Steiner systems: few subpools, small error

    Let blocks of k of the d inputs be such that any two inputs are in exactly one block (2 <= k < d):
    a plane, a triple system, ... The complements of the single inputs and of the b blocks are d + b
    subpools; together with the empty set and [d] they are closed under unions, and the least error is
    exactly 1 / (2 + 2 b (k - 1)), where b k (k - 1) = d (d - 1). So with N subpools the error of a
    plane falls like N^(-3/2), faster than with all subpools of the largest orders. *)

From Coq Require Import List Arith ZArith QArith Ring Lia Bool Permutation.
From Maxpooling Require Import OrderedField Network Maximum Approximation UnionClosed Families Product Blocks.
Import ListNotations.
Open Scope list_scope.
Open Scope Z_scope.

Definition neg (I : subset) : subset := map negb I.
Definition point (d p : nat) : subset := map (Nat.eqb p) (seq 0 d).
Definition steiner_family (d : nat) (Bs : list subset) : list subset :=
  map neg (whole d :: none d :: map (point d) (seq 0 d) ++ Bs).

Lemma Injective_map_NoDup_in A B (f : A -> B) l :
  (forall x y, In x l -> In y l -> f x = f y -> x = y) -> NoDup l -> NoDup (map f l).
Proof.
  induction l as [|a l IH]; intros H N; [constructor|]. inversion N as [|? ? N1 N2]. subst. simpl. constructor.
  - intros X. apply in_map_iff in X. destruct X as [c [E X]]. apply N1.
    rewrite <- (H c a); [exact X|right; exact X|left; reflexivity|exact E].
  - apply IH; [|exact N2]. intros x y Hx Hy. apply H; right; assumption.
Qed.

Record steiner (d k : nat) (Bs : list subset) : Prop := {
  steiner_distinct : NoDup Bs;
  steiner_blocks : blocks d k Bs;
  steiner_pairs : forall i j, (i < d)%nat -> (j < d)%nat -> i <> j ->
    length (filter (fun B => mem B i && mem B j) Bs) = 1%nat }.

Lemma zsum_const (A : Type) (c : Z) (l : list A) : zsum (fun _ => c) l = Z.of_nat (length l) * c.
Proof. induction l as [|a l IH]; [reflexivity|]. cbn [zsum fold_right length]. fold (zsum (fun _ : A => c) l). rewrite IH. lia. Qed.

Section Steiner.
Variables d k : nat.
Variable Bs : list subset.
Hypothesis HS : steiner d k Bs.
Hypothesis Hk : (2 <= k < d)%nat.
Let flats : list subset := whole d :: none d :: map (point d) (seq 0 d) ++ Bs.
Let F := steiner_family d Bs.

(** ** Complements and points *)
Lemma neg_length I : length (neg I) = length I. Proof. apply map_length. Qed.
Lemma neg_neg I : neg (neg I) = I.
Proof. unfold neg. rewrite map_map. rewrite (map_ext _ (fun b => b)); [apply map_id|]. apply negb_involutive. Qed.
Lemma neg_inj I J : neg I = neg J -> I = J.
Proof. intros E. rewrite <- (neg_neg I), <- (neg_neg J), E. reflexivity. Qed.
Lemma mem_neg I i : length I = d -> (i < d)%nat -> mem (neg I) i = negb (mem I i).
Proof.
  intros HI Hi. unfold mem, neg. rewrite (nth_indep _ false (negb false)) by (rewrite map_length; lia). apply map_nth.
Qed.
Lemma included_neg I U : length I = d -> length U = d -> included d (neg I) (neg U) = included d U I.
Proof.
  intros HI HU. apply eq_true_iff_eq. rewrite !included_spec. split; intros H i Hi; specialize (H i Hi).
  - rewrite !mem_neg in H by assumption. intros E. destruct (mem I i); [reflexivity|].
    rewrite E in H. discriminate H. reflexivity.
  - rewrite !mem_neg by assumption. intros E. destruct (mem U i); [|reflexivity].
    rewrite H in E by reflexivity. discriminate.
Qed.
Lemma point_length p : length (point d p) = d.
Proof. unfold point. rewrite map_length. apply seq_length. Qed.
Lemma mem_point p i : (i < d)%nat -> mem (point d p) i = (p =? i)%nat.
Proof.
  intros Hi. unfold mem, point. rewrite (nth_indep _ false (p =? 0)%nat) by (rewrite map_length, seq_length; exact Hi).
  rewrite (map_nth (Nat.eqb p)), seq_nth by exact Hi. reflexivity.
Qed.
Lemma included_point p I : (p < d)%nat -> included d (point d p) I = mem I p.
Proof.
  intros Hp. apply eq_true_iff_eq. rewrite included_spec. split.
  - intros H. apply H; [exact Hp|]. rewrite mem_point by exact Hp. apply Nat.eqb_refl.
  - intros H i Hi E. rewrite mem_point in E by exact Hi. apply Nat.eqb_eq in E. subst i. exact H.
Qed.
Lemma size_whole : size d (whole d) = d.
Proof.
  unfold size. rewrite <- (filter_ext_in (fun _ => true)).
  - transitivity (length (seq 0 d)); [|apply seq_length]. f_equal. generalize (seq 0 d) as l. intros l.
    induction l as [|i l IH]; simpl; [reflexivity|]. rewrite IH. reflexivity.
  - intros i Hi. apply in_seq in Hi. symmetry. apply mem_whole. lia.
Qed.
Lemma size_point p : (p < d)%nat -> size d (point d p) = 1%nat.
Proof.
  intros Hp. unfold size. rewrite (filter_ext_in _ (Nat.eqb p)).
  - assert (H : forall s, (s <= p < s + d)%nat -> length (filter (Nat.eqb p) (seq s d)) = 1%nat).
    { clear. induction d as [|m IH]; intros s H; [lia|]. cbn [seq filter]. destruct (p =? s)%nat eqn:E.
      - apply Nat.eqb_eq in E. subst s. cbn [length]. f_equal.
        destruct (filter (Nat.eqb p) (seq (S p) m)) as [|q r] eqn:D; [reflexivity|]. exfalso.
        assert (Hq : In q (filter (Nat.eqb p) (seq (S p) m))) by (rewrite D; left; reflexivity).
        apply filter_In in Hq. destruct Hq as [H1 H2]. apply in_seq in H1. apply Nat.eqb_eq in H2. lia.
      - apply Nat.eqb_neq in E. apply IH. lia. }
    apply H. lia.
  - intros i Hi. apply in_seq in Hi. apply mem_point. lia.
Qed.
Lemma size_included I J : length I = d -> length J = d -> included d I J = true -> (size d I <= size d J)%nat.
Proof.
  intros HI HJ H. destruct (strictly d I J) eqn:E; [apply size_lt in E; lia|].
  rewrite (strictly_neq d I J HI HJ H E). reflexivity.
Qed.

(** ** The flats: [d], the empty set, the points, the blocks *)
Lemma flat_cases (P : subset -> Prop) : P (whole d) -> P (none d) -> (forall p, (p < d)%nat -> P (point d p)) ->
  (forall B, In B Bs -> P B) -> forall I, In I flats -> P I.
Proof.
  intros Pw Pn Pp Pb I [<-|[<-|H]]; [exact Pw|exact Pn|]. apply in_app_or in H. destruct H as [H|H]; [|apply Pb, H].
  apply in_map_iff in H. destruct H as [p [<- Hp]]. apply in_seq in Hp. apply Pp. lia.
Qed.
Lemma whole_flat : In (whole d) flats. Proof. left. reflexivity. Qed.
Lemma none_flat : In (none d) flats. Proof. right. left. reflexivity. Qed.
Lemma point_flat p : (p < d)%nat -> In (point d p) flats.
Proof. intros Hp. right. right. apply in_or_app. left. apply in_map, in_seq. lia. Qed.
Lemma block_flat B : In B Bs -> In B flats.
Proof. intros HB. right. right. apply in_or_app. right. exact HB. Qed.
Lemma length_of_block B : In B Bs -> length B = d.
Proof. apply (block_length _ _ _ (steiner_blocks _ _ _ HS)). Qed.
Lemma size_of_block B : In B Bs -> size d B = k.
Proof. apply (block_size _ _ _ (steiner_blocks _ _ _ HS)). Qed.
Lemma flat_length I : In I flats -> length I = d.
Proof.
  revert I. apply flat_cases; [apply whole_length|apply none_length|intros; apply point_length|apply length_of_block].
Qed.

Lemma flats_distinct : NoDup flats.
Proof.
  assert (P : NoDup (map (point d) (seq 0 d))).
  { apply Injective_map_NoDup_in; [|apply seq_NoDup]. intros p q Hp Hq E. apply in_seq in Hp, Hq.
    pose proof (mem_point p q ltac:(lia)) as M. rewrite E, mem_point, Nat.eqb_refl in M by lia.
    symmetry in M. apply Nat.eqb_eq, M. }
  assert (S1 : forall I, In I (map (point d) (seq 0 d)) -> size d I = 1%nat).
  { intros I HI. apply in_map_iff in HI. destruct HI as [p [<- Hp]]. apply in_seq in Hp. apply size_point. lia. }
  assert (R : NoDup (map (point d) (seq 0 d) ++ Bs)).
  { revert P S1. generalize (map (point d) (seq 0 d)) as l. intros l. induction l as [|I l IH]; intros P S1; [apply HS|].
    inversion P. subst. simpl. constructor.
    - rewrite in_app_iff. intros [X|X]; [contradiction|]. apply size_of_block in X.
      rewrite (S1 I) in X by (left; reflexivity). lia.
    - apply IH; [assumption|]. intros J HJ. apply S1. right. exact HJ. }
  assert (S2 : forall I, In I (map (point d) (seq 0 d) ++ Bs) -> (1 <= size d I < d)%nat).
  { intros I HI. apply in_app_or in HI. destruct HI as [HI|HI]; [rewrite (S1 I HI)|rewrite (size_of_block I HI)]; lia. }
  unfold flats. constructor; [|constructor; [|exact R]].
  - intros [X|X]; [apply (f_equal (size d)) in X; rewrite size_whole, size_none in X; lia|].
    apply S2 in X. rewrite size_whole in X. lia.
  - intros X. apply S2 in X. rewrite size_none in X. lia.
Qed.

(** ** Closed under unions: two flats meet in a flat *)
Definition meet (I J L : subset) : Prop := In L flats /\ forall i, (i < d)%nat -> mem L i = mem I i && mem J i.
Lemma meet_point p J : (p < d)%nat -> exists L, meet (point d p) J L.
Proof.
  intros Hp. destruct (mem J p) eqn:E.
  - exists (point d p). split; [apply point_flat, Hp|]. intros i Hi. rewrite mem_point by exact Hi.
    destruct (p =? i)%nat eqn:Q; [|reflexivity]. apply Nat.eqb_eq in Q. subst i. rewrite E. reflexivity.
  - exists (none d). split; [apply none_flat|]. intros i Hi. rewrite mem_none, mem_point by exact Hi.
    destruct (p =? i)%nat eqn:Q; [|reflexivity]. apply Nat.eqb_eq in Q. subst i. rewrite E. reflexivity.
Qed.
Lemma meet_sym I J L : meet I J L -> meet J I L.
Proof. intros [H1 H2]. split; [exact H1|]. intros i Hi. rewrite H2 by exact Hi. apply andb_comm. Qed.
Lemma meet_whole J : In J flats -> meet (whole d) J J.
Proof. intros HJ. split; [exact HJ|]. intros i Hi. rewrite mem_whole by exact Hi. reflexivity. Qed.
Lemma meet_none J : meet (none d) J (none d).
Proof. split; [apply none_flat|]. intros i Hi. rewrite mem_none. reflexivity. Qed.
Lemma one_common_point B B' i j : In B Bs -> In B' Bs -> B <> B' -> (i < d)%nat -> (j < d)%nat ->
  mem B i && mem B' i = true -> mem B j && mem B' j = true -> i = j.
Proof.
  intros HB HB' HN Hi Hj Ei Ej. destruct (Nat.eq_dec i j) as [E|E]; [exact E|]. exfalso.
  apply andb_true_iff in Ei, Ej. destruct Ei as [E1 E2], Ej as [E3 E4].
  pose proof (steiner_pairs _ _ _ HS i j Hi Hj E) as P.
  set (l := filter (fun B => mem B i && mem B j) Bs) in *.
  assert (L1 : In B l) by (apply filter_In; rewrite E1, E3; auto).
  assert (L2 : In B' l) by (apply filter_In; rewrite E2, E4; auto).
  destruct l as [|X [|Y r]]; try discriminate. destruct L1 as [<-|[]], L2 as [<-|[]]. apply HN. reflexivity.
Qed.
Lemma meet_blocks B B' : In B Bs -> In B' Bs -> exists L, meet B B' L.
Proof.
  intros HB HB'. destruct (list_eq_dec bool_dec B B') as [->|HN].
  - exists B'. split; [apply block_flat, HB'|]. intros i _. destruct (mem B' i); reflexivity.
  - destruct (existsb (fun i => mem B i && mem B' i) (seq 0 d)) eqn:E.
    + apply existsb_exists in E. destruct E as [p [Hp Ep]]. apply in_seq in Hp. exists (point d p).
      split; [apply point_flat; lia|]. intros i Hi. rewrite mem_point by exact Hi.
      destruct (mem B i && mem B' i) eqn:Q.
      * apply Nat.eqb_eq. apply (one_common_point B B'); try assumption. lia.
      * apply Nat.eqb_neq. intros ->. congruence.
    + exists (none d). split; [apply none_flat|]. intros i Hi. rewrite mem_none.
      destruct (mem B i && mem B' i) eqn:Q; [|reflexivity].
      assert (X : existsb (fun i => mem B i && mem B' i) (seq 0 d) = true).
      { apply existsb_exists. exists i. split; [apply in_seq; lia|exact Q]. }
      congruence.
Qed.
Lemma flats_meet I J : In I flats -> In J flats -> exists L, meet I J L.
Proof.
  intros HI HJ. revert I HI. apply (flat_cases (fun I => exists L, meet I J L)).
  - exists J. apply meet_whole, HJ.
  - exists (none d). apply meet_none.
  - intros p Hp. apply meet_point, Hp.
  - intros B HB. revert J HJ. apply (flat_cases (fun J => exists L, meet B J L)).
    + exists B. apply meet_sym, meet_whole, block_flat, HB.
    + exists (none d). apply meet_sym, meet_none.
    + intros p Hp. destruct (meet_point p B Hp) as [L HL]. exists L. apply meet_sym, HL.
    + intros B' HB'. apply meet_blocks; assumption.
Qed.

Lemma steiner_is_family : family d F.
Proof.
  unfold F, steiner_family. fold flats. split.
  - apply Injective_map_NoDup_in; [|apply flats_distinct]. intros I J _ _. apply neg_inj.
  - intros U HU. apply in_map_iff in HU. destruct HU as [I [<- HI]]. rewrite neg_length. apply flat_length, HI.
  - apply in_map_iff. exists (whole d). split; [|apply whole_flat]. unfold neg, whole, none. clear.
    induction d as [|m IH]; simpl; [reflexivity|]. rewrite IH. reflexivity.
  - apply in_map_iff. exists (none d). split; [|apply none_flat]. unfold neg, whole, none. clear.
    induction d as [|m IH]; simpl; [reflexivity|]. rewrite IH. reflexivity.
Qed.
Lemma steiner_is_closed : closed_under_unions F.
Proof.
  intros U W HU HW. unfold F, steiner_family in *. fold flats in HU, HW |- *. apply in_map_iff in HU, HW.
  destruct HU as [I [<- HI]], HW as [J [<- HJ]]. destruct (flats_meet I J HI HJ) as [L [HL ML]].
  apply in_map_iff. exists L. split; [|exact HL].
  pose proof (flat_length I HI) as LI. pose proof (flat_length J HJ) as LJ. pose proof (flat_length L HL) as LL.
  apply (mem_ext d); [rewrite neg_length; exact LL|apply union_length; rewrite neg_length; assumption|].
  intros i Hi. rewrite (mem_union d) by (rewrite neg_length; assumption). rewrite !mem_neg by assumption.
  rewrite ML by exact Hi. apply negb_andb.
Qed.

(** ** Counting *)
Let b : Z := Z.of_nat (length Bs).
Lemma count_blocks (p : subset -> bool) : zsum (fun B => if p B then 1 else 0) Bs = Z.of_nat (length (filter p Bs)).
Proof. rewrite zsum_if, zsum_const. lia. Qed.
Lemma count_points B : In B Bs -> zsum (fun i => if mem B i then 1 else 0) (seq 0 d) = Z.of_nat k.
Proof. intros HB. rewrite zsum_if, zsum_const. fold (size d B). rewrite (size_of_block B HB). lia. Qed.

(** Every input is in r blocks, r (k - 1) = d - 1. *)
Lemma blocks_through i : (i < d)%nat -> Z.of_nat (covered Bs i) * (Z.of_nat k - 1) = Z.of_nat d - 1.
Proof.
  intros Hi.
  assert (A : zsum (fun j => zsum (fun B => if mem B i && mem B j then 1 else 0) Bs) (seq 0 d)
              = Z.of_nat (covered Bs i) * Z.of_nat k).
  { rewrite zsum_swap. rewrite (zsum_ext _ (fun B => Z.of_nat k * (if mem B i then 1 else 0))).
    - rewrite zsum_mul, count_blocks. unfold covered. ring.
    - intros B HB. destruct (mem B i) eqn:E; cbn [andb].
      + rewrite (count_points B HB). ring.
      + rewrite zsum_0. ring. }
  rewrite (zsum_ext _ (fun j => 1 + (if (i =? j)%nat then Z.of_nat (covered Bs i) - 1 else 0))) in A.
  - rewrite zsum_add, zsum_const, seq_length, zsum_if, (zsum_one _ _ _ i) in A; [lia|apply seq_NoDup|apply in_seq; lia|].
    intros j _. rewrite Nat.eqb_eq. split; congruence.
  - intros j Hj. apply in_seq in Hj. rewrite count_blocks. destruct (i =? j)%nat eqn:E.
    + apply Nat.eqb_eq in E. subst j. unfold covered. rewrite (filter_ext _ (fun B => mem B i)); [lia|].
      intros B. apply andb_diag.
    + apply Nat.eqb_neq in E. rewrite (steiner_pairs _ _ _ HS i j) by (try exact E; lia). reflexivity.
Qed.
Theorem number_of_blocks : b * Z.of_nat k * (Z.of_nat k - 1) = Z.of_nat d * (Z.of_nat d - 1).
Proof.
  assert (A : zsum (fun i => Z.of_nat (covered Bs i)) (seq 0 d) = b * Z.of_nat k).
  { rewrite (zsum_ext _ (fun i => zsum (fun B => if mem B i then 1 else 0) Bs)).
    - rewrite zsum_swap. rewrite (zsum_ext _ (fun _ => Z.of_nat k)); [apply zsum_const|]. intros B HB. apply count_points, HB.
    - intros i _. rewrite count_blocks. reflexivity. }
  rewrite <- A, Z.mul_comm, <- zsum_mul. rewrite (zsum_ext _ (fun _ => Z.of_nat d - 1)).
  - rewrite zsum_const, seq_length. reflexivity.
  - intros i Hi. apply in_seq in Hi. rewrite Z.mul_comm. apply blocks_through. lia.
Qed.
Lemma enough_blocks : Z.of_nat d - 1 <= b * (Z.of_nat k - 1).
Proof.
  rewrite <- (blocks_through 0) by lia. apply Z.mul_le_mono_nonneg_r; [lia|]. unfold b, covered. apply inj_le.
  clear. induction Bs as [|B l IH]; simpl; [lia|]. destruct (mem B 0); simpl; lia.
Qed.

(** ** The Moebius function *)
Definition mu_flat (I : subset) : Z :=
  let s := size d I in
  if (s =? 0)%nat then 1 else if (s =? d)%nat then Z.of_nat d - 1 - b * (Z.of_nat k - 1)
  else if (s =? 1)%nat then -1 else Z.of_nat k - 1.
Lemma mu_whole : mu_flat (whole d) = Z.of_nat d - 1 - b * (Z.of_nat k - 1).
Proof.
  unfold mu_flat. rewrite size_whole. destruct (d =? 0)%nat eqn:E; [apply Nat.eqb_eq in E; lia|].
  rewrite Nat.eqb_refl. reflexivity.
Qed.
Lemma mu_none : mu_flat (none d) = 1.
Proof. unfold mu_flat. rewrite size_none. reflexivity. Qed.
Lemma mu_point p : (p < d)%nat -> mu_flat (point d p) = -1.
Proof.
  intros Hp. unfold mu_flat. rewrite size_point by exact Hp. cbn [Nat.eqb].
  destruct d as [|[|m]]; [lia|lia|reflexivity].
Qed.
Lemma mu_block B : In B Bs -> mu_flat B = Z.of_nat k - 1.
Proof.
  intros HB. unfold mu_flat. rewrite (size_of_block B HB).
  destruct (k =? 0)%nat eqn:E0; [apply Nat.eqb_eq in E0; lia|].
  destruct (k =? d)%nat eqn:E1; [apply Nat.eqb_eq in E1; lia|].
  destruct (k =? 1)%nat eqn:E2; [apply Nat.eqb_eq in E2; lia|]. reflexivity.
Qed.

Lemma zsum_flats (h : subset -> Z) :
  zsum h flats = h (whole d) + h (none d) + zsum (fun p => h (point d p)) (seq 0 d) + zsum h Bs.
Proof.
  unfold flats. cbn [zsum fold_right]. fold (zsum h (map (point d) (seq 0 d) ++ Bs)).
  rewrite zsum_app, zsum_map. ring.
Qed.
Lemma not_included I J : length I = d -> length J = d -> (size d J < size d I)%nat -> included d I J = false.
Proof.
  intros HI HJ H. destruct (included d I J) eqn:E; [|reflexivity]. apply size_included in E; try assumption. lia.
Qed.
Lemma sum_below I : In I flats ->
  zsum (fun J => if included d J I then mu_flat J else 0) flats = if (size d I =? 0)%nat then 1 else 0.
Proof.
  intros HI. rewrite zsum_flats, none_included, mu_none.
  assert (P : zsum (fun p => if included d (point d p) I then mu_flat (point d p) else 0) (seq 0 d) = - Z.of_nat (size d I)).
  { rewrite (zsum_ext _ (fun p => if mem I p then -1 else 0)).
    - rewrite zsum_if, zsum_const. fold (size d I). lia.
    - intros p Hp. apply in_seq in Hp. rewrite included_point, mu_point by lia. reflexivity. }
  rewrite P. clear P. revert I HI. apply flat_cases.
  - rewrite included_refl, mu_whole, size_whole.
    rewrite (zsum_ext _ (fun _ => Z.of_nat k - 1)).
    + rewrite zsum_const. fold b. destruct (d =? 0)%nat eqn:E; [apply Nat.eqb_eq in E; lia|]. lia.
    + intros B HB. rewrite included_whole. apply mu_block, HB.
  - rewrite size_none. rewrite not_included by (rewrite ?whole_length, ?none_length, ?size_whole, ?size_none; lia).
    rewrite (zsum_ext _ (fun _ => 0)); [rewrite zsum_0; reflexivity|]. intros B HB.
    rewrite not_included; [reflexivity|apply length_of_block, HB|apply none_length|].
    rewrite size_none, (size_of_block B HB). lia.
  - intros p Hp. rewrite size_point by exact Hp.
    rewrite not_included by (rewrite ?whole_length, ?point_length, ?size_whole, ?size_point by exact Hp; lia).
    rewrite (zsum_ext _ (fun _ => 0)); [rewrite zsum_0; reflexivity|]. intros B HB.
    rewrite not_included; [reflexivity|apply length_of_block, HB|apply point_length|].
    rewrite size_point, (size_of_block B HB) by exact Hp. lia.
  - intros B0 HB0. rewrite (size_of_block B0 HB0).
    rewrite not_included by (rewrite ?whole_length, ?(length_of_block B0 HB0), ?size_whole, ?(size_of_block B0 HB0); lia).
    rewrite zsum_if, (zsum_one _ _ _ B0).
    + rewrite (mu_block B0 HB0). destruct (k =? 0)%nat eqn:E; [apply Nat.eqb_eq in E; lia|]. lia.
    + apply HS.
    + exact HB0.
    + intros B HB. split; [|intros ->; apply included_refl]. intros E.
      destruct (strictly d B B0) eqn:Q.
      * apply size_lt in Q. rewrite (size_of_block B HB), (size_of_block B0 HB0) in Q. lia.
      * apply (strictly_neq d); try assumption; apply length_of_block; assumption.
Qed.

Theorem steiner_moebius U : In U F -> mu_flat (neg U) = moebius d F U.
Proof.
  apply (moebius_unique d F (fun U => mu_flat (neg U)) steiner_is_family). intros W HW.
  unfold F, steiner_family in *. fold flats in HW |- *. apply in_map_iff in HW. destruct HW as [I [<- HI]].
  rewrite <- zsum_if, zsum_map.
  rewrite (zsum_ext _ (fun J => if included d J I then mu_flat J else 0)).
  - rewrite (sum_below I HI). unfold top. pose proof (flat_length I HI) as LI.
    destruct (is_whole (neg I)) eqn:E.
    + apply (is_whole_spec d) in E; [|rewrite neg_length; exact LI].
      assert (I = none d).
      { apply neg_inj. rewrite E. unfold neg, whole, none. clear. induction d as [|m IH]; simpl; [reflexivity|]. rewrite IH. reflexivity. }
      subst I. rewrite size_none. reflexivity.
    + destruct (size d I =? 0)%nat eqn:Q; [|reflexivity]. exfalso. apply Nat.eqb_eq in Q.
      assert (I = none d).
      { revert I HI LI E Q. apply (flat_cases (fun I => length I = d -> is_whole (neg I) = false -> size d I = 0%nat -> I = none d)).
        - intros _ _ Q. rewrite size_whole in Q. lia.
        - reflexivity.
        - intros p Hp _ _ Q. rewrite size_point in Q by exact Hp. discriminate.
        - intros B HB _ _ Q. rewrite (size_of_block B HB) in Q. lia. }
      subst I. assert (N : neg (none d) = whole d).
      { unfold neg, whole, none. clear. induction d as [|m IH]; simpl; [reflexivity|]. rewrite IH. reflexivity. }
      rewrite N in E. rewrite (proj2 (is_whole_spec d (whole d) (whole_length d)) eq_refl) in E. discriminate.
  - intros J HJ. rewrite included_neg, neg_neg by (apply flat_length; assumption). reflexivity.
Qed.

Theorem steiner_total : total_moebius d F = 2 + 2 * b * (Z.of_nat k - 1).
Proof.
  unfold total_moebius. rewrite (zsum_ext _ (fun U => Z.abs (mu_flat (neg U)))).
  - unfold F, steiner_family. fold flats. rewrite zsum_map.
    rewrite (zsum_ext _ (fun I => Z.abs (mu_flat I))) by (intros; rewrite neg_neg; reflexivity).
    rewrite zsum_flats, mu_whole, mu_none.
    rewrite (zsum_ext (fun p => Z.abs (mu_flat (point d p))) (fun _ => 1)).
    + rewrite (zsum_ext (fun I => Z.abs (mu_flat I)) (fun _ => Z.of_nat k - 1) Bs).
      * rewrite !zsum_const, seq_length. fold b. pose proof enough_blocks as E.
        rewrite Z.abs_neq by lia. cbn [Z.abs]. ring.
      * intros B HB. rewrite (mu_block B HB). lia.
    + intros p Hp. apply in_seq in Hp. rewrite mu_point by lia. reflexivity.
  - intros U HU. rewrite (steiner_moebius U HU). reflexivity.
Qed.

Theorem steiner_subpools : length (inner F) = (d + length Bs)%nat.
Proof.
  pose proof (inner_length d F steiner_is_family ltac:(lia)) as L.
  assert (E : length F = S (S (d + length Bs))).
  { unfold F, steiner_family. rewrite map_length. cbn [length]. rewrite app_length, map_length, seq_length. reflexivity. }
  lia.
Qed.
End Steiner.

(** ** The theorem *)
Theorem steiner_error (d k : nat) (Bs : list subset) : steiner d k Bs -> (2 <= k < d)%nat ->
  let F := steiner_family d Bs in let b := Z.of_nat (length Bs) in
  let M := 2 + 2 * b * (Z.of_nat k - 1) in
  b * Z.of_nat k * (Z.of_nat k - 1) = Z.of_nat d * (Z.of_nat d - 1) /\
  length (inner F) = (d + length Bs)%nat /\
  forall K : ofield,
  (exists a0 a, error_at_most K d (combined F a0 a) (finv (ofZ M))) /\
  (forall a0 a e, error_at_most K d (combined F a0 a) e -> fle (finv (ofZ M)) e).
Proof.
  intros HS Hk F b M. split; [apply number_of_blocks; assumption|]. split; [apply (steiner_subpools d k); assumption|].
  intros K. replace (finv (ofZ M) : K) with (least_error K d F).
  - apply union_closed; [apply (steiner_is_family d k); assumption|lia|apply (steiner_is_closed d k); assumption].
  - unfold least_error, F. rewrite (steiner_total d k Bs HS Hk). reflexivity.
Qed.

(** ** Decided by computation: the planes of 5 x 5 and 7 x 7 points *)
Definition is_steiner (d k : nat) (Bs : list subset) : bool :=
  all_distinct Bs && forallb (fun B => (length B =? d)%nat && (size d B =? k)%nat) Bs
  && forallb (fun i => forallb (fun j => (i =? j)%nat || (length (filter (fun B => mem B i && mem B j) Bs) =? 1)%nat) (seq 0 d)) (seq 0 d).
Lemma is_steiner_sound d k Bs : is_steiner d k Bs = true -> steiner d k Bs.
Proof.
  unfold is_steiner. rewrite !andb_true_iff. intros [[H1 H2] H3]. rewrite forallb_forall in H2, H3. split.
  - apply all_distinct_sound, H1.
  - split; intros B HB; apply H2, andb_true_iff in HB; rewrite !Nat.eqb_eq in HB; apply HB.
  - intros i j Hi Hj HN. specialize (H3 i). rewrite forallb_forall in H3.
    assert (A : In i (seq 0 d)) by (apply in_seq; lia). assert (B : In j (seq 0 d)) by (apply in_seq; lia).
    specialize (H3 A j B). apply orb_true_iff in H3. rewrite !Nat.eqb_eq in H3. destruct H3 as [H3|H3]; [contradiction|exact H3].
Qed.

Definition set_of (d : nat) (l : list nat) : subset := map (fun i => existsb (Nat.eqb i) l) (seq 0 d).
(** The lines of the affine plane over the integers mod p: x = c, and y = m x + c; the point (x, y) is p x + y. *)
Definition affine_lines (p : nat) : list subset :=
  map (fun c => set_of (p * p) (map (fun y => p * c + y)%nat (seq 0 p))) (seq 0 p)
  ++ flat_map (fun m => map (fun c => set_of (p * p) (map (fun x => p * x + (m * x + c) mod p)%nat (seq 0 p))) (seq 0 p)) (seq 0 p).
Example planes : map (fun p => is_steiner (p * p) p (affine_lines p)) [2; 3; 5; 7]%nat = [true; true; true; true].
Proof. vm_compute. reflexivity. Qed.
(** Mod 4 these are no lines of a plane. *)
Example no_plane : is_steiner 16 4 (affine_lines 4) = false.
Proof. vm_compute. reflexivity. Qed.

(** The 5 x 5 pool: 55 subpools leave 1/242; the 7 x 7 pool: 105 leave 1/674. *)
Theorem pool_5_by_5 : let F := steiner_family 25 (affine_lines 5) in length (inner F) = 55%nat /\ forall K : ofield,
  (exists a0 a, error_at_most K 25 (combined F a0 a) (finv (ofZ 242))) /\
  (forall a0 a e, error_at_most K 25 (combined F a0 a) e -> fle (finv (ofZ 242)) e).
Proof.
  assert (C : is_steiner 25 5 (affine_lines 5) = true) by (vm_cast_no_check (eq_refl true)).
  destruct (steiner_error 25 5 _ (is_steiner_sound _ _ _ C) ltac:(lia)) as [_ [A B]].
  assert (L : length (affine_lines 5) = 30%nat) by reflexivity. rewrite L in A, B. split; [exact A|exact B].
Qed.
Theorem pool_7_by_7 : let F := steiner_family 49 (affine_lines 7) in length (inner F) = 105%nat /\ forall K : ofield,
  (exists a0 a, error_at_most K 49 (combined F a0 a) (finv (ofZ 674))) /\
  (forall a0 a e, error_at_most K 49 (combined F a0 a) e -> fle (finv (ofZ 674)) e).
Proof.
  assert (C : is_steiner 49 7 (affine_lines 7) = true) by (vm_cast_no_check (eq_refl true)).
  destruct (steiner_error 49 7 _ (is_steiner_sound _ _ _ C) ltac:(lia)) as [_ [A B]].
  assert (L : length (affine_lines 7) = 56%nat) by reflexivity. rewrite L in A, B. split; [exact A|exact B].
Qed.
