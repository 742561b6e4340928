(** * The affine plane over the integers mod p, for every prime p

    p^2 inputs in a square. The lines x = c and y = m x + c mod p are p^2 + p blocks of p inputs, any two
    inputs in exactly one. So the complements of the inputs and of the lines, 2 p^2 + p subpools, leave
    exactly 1 / (2 p^3 - 2 p + 2): 1/14, 1/50, 1/242, 1/674, ... *)

From Coq Require Import List Arith ZArith Znumtheory QArith Ring Lia Bool Permutation.
From Maxpooling Require Import OrderedField Network Maximum Approximation UnionClosed Families Product Blocks Steiner.
Import ListNotations.
Open Scope list_scope.
Open Scope Z_scope.

Lemma count_one (P : nat -> bool) n a : (a < n)%nat -> (forall b, (b < n)%nat -> (P b = true <-> b = a)) ->
  zsum (fun b => if P b then 1 else 0) (seq 0 n) = 1.
Proof.
  intros Ha H. rewrite zsum_if, (zsum_one _ _ _ a); [reflexivity|apply seq_NoDup|apply in_seq; lia|].
  intros b Hb. apply in_seq in Hb. apply H. lia.
Qed.
Lemma count_none (P : nat -> bool) n : (forall b, (b < n)%nat -> P b = false) ->
  zsum (fun b => if P b then 1 else 0) (seq 0 n) = 0.
Proof.
  intros H. rewrite (zsum_ext _ (fun _ => 0)); [apply zsum_0|]. intros b Hb. apply in_seq in Hb. rewrite H by lia. reflexivity.
Qed.
Lemma length_filter A (P : A -> bool) l : Z.of_nat (length (filter P l)) = zsum (fun a => if P a then 1 else 0) l.
Proof. rewrite zsum_if, zsum_const. lia. Qed.

Lemma mem_set_of d l i : (i < d)%nat -> mem (set_of d l) i = existsb (Nat.eqb i) l.
Proof.
  intros Hi. unfold mem, set_of. rewrite (nth_indep _ false (existsb (Nat.eqb 0) l)) by (rewrite map_length, seq_length; exact Hi).
  rewrite (map_nth (fun i => existsb (Nat.eqb i) l)), seq_nth by exact Hi. reflexivity.
Qed.
Lemma size_set_of d l : NoDup l -> (forall i, In i l -> (i < d)%nat) -> size d (set_of d l) = length l.
Proof.
  intros HN HL. unfold size. apply Permutation_length, NoDup_Permutation; [apply NoDup_filter, seq_NoDup|exact HN|].
  intros i. rewrite filter_In, in_seq. split.
  - intros [H1 H2]. rewrite mem_set_of in H2 by lia. apply existsb_exists in H2. destruct H2 as [j [H2 E]].
    apply Nat.eqb_eq in E. subst. exact H2.
  - intros H. specialize (HL i H). split; [lia|]. rewrite mem_set_of by lia. apply existsb_exists. exists i.
    split; [exact H|apply Nat.eqb_refl].
Qed.

Section Plane.
Variable p : nat.
Hypothesis Hp : prime (Z.of_nat p).
Let d := (p * p)%nat.
Lemma p_large : (2 <= p)%nat.
Proof. destruct Hp as [H _]. lia. Qed.

Definition vertical (c : nat) : subset := set_of d (map (fun y => p * c + y)%nat (seq 0 p)).
Definition sloped (m c : nat) : subset := set_of d (map (fun x => p * x + (m * x + c) mod p)%nat (seq 0 p)).
Lemma affine_lines_eq : affine_lines p = map vertical (seq 0 p) ++ flat_map (fun m => map (sloped m) (seq 0 p)) (seq 0 p).
Proof. reflexivity. Qed.

(** A point is p x + y. *)
Lemma point_parts x y : (y < p)%nat -> ((p * x + y) / p = x /\ (p * x + y) mod p = y)%nat.
Proof.
  intros Hy. split.
  - symmetry. apply (Nat.div_unique _ _ _ y); [exact Hy|reflexivity].
  - symmetry. apply (Nat.mod_unique _ _ x); [exact Hy|reflexivity].
Qed.
Lemma parts_point i : (i < d)%nat -> (i = p * (i / p) + i mod p /\ i / p < p /\ i mod p < p)%nat.
Proof.
  intros Hi. pose proof p_large. split; [apply Nat.div_mod; lia|]. split; [|apply Nat.mod_upper_bound; lia].
  apply Nat.div_lt_upper_bound; [lia|exact Hi].
Qed.
Lemma mem_vertical c i : (c < p)%nat -> (i < d)%nat -> mem (vertical c) i = (i / p =? c)%nat.
Proof.
  intros Hc Hi. unfold vertical. rewrite mem_set_of by exact Hi. apply eq_true_iff_eq. rewrite existsb_exists, Nat.eqb_eq.
  destruct (parts_point i Hi) as [E [A B]]. split.
  - intros [j [Hj Ej]]. apply Nat.eqb_eq in Ej. subst j. apply in_map_iff in Hj. destruct Hj as [y [<- Hy]].
    apply in_seq in Hy. apply point_parts. lia.
  - intros Q. exists i. split; [|apply Nat.eqb_refl]. apply in_map_iff. exists (i mod p)%nat. split; [|apply in_seq; lia].
    rewrite <- Q. symmetry. exact E.
Qed.
Lemma mem_sloped m c i : (i < d)%nat -> mem (sloped m c) i = (i mod p =? (m * (i / p) + c) mod p)%nat.
Proof.
  intros Hi. pose proof p_large. unfold sloped. rewrite mem_set_of by exact Hi. apply eq_true_iff_eq. rewrite existsb_exists, Nat.eqb_eq.
  destruct (parts_point i Hi) as [E [A B]]. split.
  - intros [j [Hj Ej]]. apply Nat.eqb_eq in Ej. subst j. apply in_map_iff in Hj. destruct Hj as [x [<- Hx]].
    apply in_seq in Hx. assert (M : ((m * x + c) mod p < p)%nat) by (apply Nat.mod_upper_bound; lia).
    destruct (point_parts x _ M) as [P1 P2]. rewrite P1, P2. reflexivity.
  - intros Q. exists i. split; [|apply Nat.eqb_refl]. apply in_map_iff. exists (i / p)%nat. split; [|apply in_seq; lia].
    rewrite <- Q. symmetry. exact E.
Qed.

(** ** Sizes *)
Lemma lines_are_blocks : blocks d p (affine_lines p).
Proof.
  pose proof p_large as P. rewrite affine_lines_eq.
  assert (L : forall l, length (set_of d l) = d) by (intros; unfold set_of; rewrite map_length; apply seq_length).
  assert (R : forall x y, (x < p)%nat -> (y < p)%nat -> (p * x + y < d)%nat) by (intros; unfold d; nia).
  split; intros B HB; apply in_app_or in HB; destruct HB as [HB|HB].
  - apply in_map_iff in HB. destruct HB as [c [<- _]]. apply L.
  - apply in_flat_map in HB. destruct HB as [m [_ HB]]. apply in_map_iff in HB. destruct HB as [c [<- _]]. apply L.
  - apply in_map_iff in HB. destruct HB as [c [<- Hc]]. apply in_seq in Hc. unfold vertical. rewrite size_set_of.
    + rewrite map_length. apply seq_length.
    + apply Injective_map_NoDup_in; [|apply seq_NoDup]. intros x y _ _. lia.
    + intros i Hi. apply in_map_iff in Hi. destruct Hi as [y [<- Hy]]. apply in_seq in Hy. apply R; lia.
  - apply in_flat_map in HB. destruct HB as [m [_ HB]]. apply in_map_iff in HB. destruct HB as [c [<- _]].
    assert (M : forall x, ((m * x + c) mod p < p)%nat) by (intros; apply Nat.mod_upper_bound; lia).
    unfold sloped. rewrite size_set_of.
    + rewrite map_length. apply seq_length.
    + apply Injective_map_NoDup_in; [|apply seq_NoDup]. intros x y _ _ E.
      destruct (point_parts x _ (M x)) as [A _], (point_parts y _ (M y)) as [B _]. rewrite E in A. congruence.
    + intros i Hi. apply in_map_iff in Hi. destruct Hi as [x [<- Hx]]. apply in_seq in Hx. apply R; [lia|apply M].
Qed.

(** ** Congruences *)
Lemma mod_eq a b : (a mod p = b mod p)%nat <-> (Z.of_nat p | Z.of_nat a - Z.of_nat b).
Proof.
  pose proof p_large as P. split.
  - intros E. apply (f_equal Z.of_nat) in E. rewrite !Nat2Z.inj_mod in E.
    apply Z.mod_divide; [lia|]. rewrite Zminus_mod, E, Z.sub_diag. apply Z.mod_0_l. lia.
  - intros D. apply Z.mod_divide in D; [|lia]. apply Nat2Z.inj. rewrite !Nat2Z.inj_mod.
    rewrite <- (Z.sub_add (Z.of_nat b) (Z.of_nat a)), Z.add_comm, Z.add_mod, D, Z.add_0_r, Z.mod_mod by lia. reflexivity.
Qed.
Lemma small_eq a b : (a < p)%nat -> (b < p)%nat -> (Z.of_nat p | Z.of_nat a - Z.of_nat b) -> a = b.
Proof. intros Ha Hb D. apply mod_eq in D. rewrite !Nat.mod_small in D by assumption. exact D. Qed.
(** The residue of an integer. *)
Lemma residue z : exists a, (a < p)%nat /\ (Z.of_nat p | Z.of_nat a - z).
Proof.
  pose proof p_large as P. exists (Z.to_nat (z mod Z.of_nat p)).
  pose proof (Z.mod_pos_bound z (Z.of_nat p) ltac:(lia)) as B. split; [lia|]. rewrite Z2Nat.id by lia.
  exists (- (z / Z.of_nat p)). pose proof (Z.div_mod z (Z.of_nat p) ltac:(lia)). lia.
Qed.
(** m D = E mod p has one solution if p does not divide D. *)
Lemma solve D E : ~ (Z.of_nat p | D) -> exists m, (m < p)%nat /\ forall m', (m' < p)%nat ->
  ((Z.of_nat p | Z.of_nat m' * D - E) <-> m' = m).
Proof.
  intros HD. assert (R : rel_prime D (Z.of_nat p)).
  { apply rel_prime_sym, prime_rel_prime; assumption. }
  destruct (rel_prime_bezout _ _ R) as [u v B]. destruct (residue (u * E)) as [m [Hm [q Q]]]. exists m. split; [exact Hm|].
  assert (S : (Z.of_nat p | Z.of_nat m * D - E)).
  { exists (q * D - v * E). replace (Z.of_nat m) with (q * Z.of_nat p + u * E) by lia.
    replace ((q * Z.of_nat p + u * E) * D - E) with (q * Z.of_nat p * D + (u * D) * E - E) by ring.
    replace (u * D) with (1 - v * Z.of_nat p) by lia. ring. }
  intros m' Hm'. split; [|intros ->; exact S]. intros S'. apply small_eq; try assumption.
  assert (T : (Z.of_nat p | (Z.of_nat m' - Z.of_nat m) * D)).
  { replace ((Z.of_nat m' - Z.of_nat m) * D) with ((Z.of_nat m' * D - E) - (Z.of_nat m * D - E)) by ring.
    apply Z.divide_sub_r; assumption. }
  apply prime_mult in T; [|exact Hp]. destruct T as [T|T]; [exact T|contradiction].
Qed.

(** ** Two points are on one line *)
Theorem one_line i j : (i < d)%nat -> (j < d)%nat -> i <> j ->
  length (filter (fun B => mem B i && mem B j) (affine_lines p)) = 1%nat.
Proof.
  intros Hi Hj HN. apply Nat2Z.inj. rewrite length_filter, affine_lines_eq, zsum_app, zsum_map, zsum_flat_map.
  destruct (parts_point i Hi) as [Ei [X1 Y1]], (parts_point j Hj) as [Ej [X2 Y2]].
  set (x1 := (i / p)%nat) in *. set (y1 := (i mod p)%nat) in *. set (x2 := (j / p)%nat) in *. set (y2 := (j mod p)%nat) in *.
  pose proof p_large as P.
  set (Pz := Z.of_nat p).
  (* which c, for a slope m *)
  assert (C : forall m, (m < p)%nat ->
    zsum (fun B => if mem B i && mem B j then 1 else 0) (map (sloped m) (seq 0 p))
    = if (if Zdivide_dec Pz (Z.of_nat m * (Z.of_nat x1 - Z.of_nat x2) - (Z.of_nat y1 - Z.of_nat y2)) then true else false) then 1 else 0).
  { intros m Hm. rewrite zsum_map. destruct (residue (Z.of_nat y1 - Z.of_nat m * Z.of_nat x1)) as [c [Hc Dc]].
    assert (Q : forall b x y, (y < p)%nat -> (y =? (m * x + b) mod p)%nat = true <-> (Pz | Z.of_nat b - (Z.of_nat y - Z.of_nat m * Z.of_nat x))).
    { intros b x y Hy. rewrite Nat.eqb_eq. rewrite <- (Nat.mod_small y p) at 1 by exact Hy. rewrite mod_eq.
      rewrite Nat2Z.inj_add, Nat2Z.inj_mul.
      replace (Z.of_nat b - (Z.of_nat y - Z.of_nat m * Z.of_nat x)) with (- (Z.of_nat y - (Z.of_nat m * Z.of_nat x + Z.of_nat b))) by ring.
      symmetry. apply Z.divide_opp_r. }
    destruct (Zdivide_dec Pz (Z.of_nat m * (Z.of_nat x1 - Z.of_nat x2) - (Z.of_nat y1 - Z.of_nat y2))) as [D|D].
    - apply (count_one (fun b => mem (sloped m b) i && mem (sloped m b) j) p c Hc). intros b Hb.
      rewrite andb_true_iff, !mem_sloped by assumption. fold x1 y1 x2 y2. rewrite !Q by assumption. split.
      + intros [A _]. apply small_eq; try assumption.
        replace (Z.of_nat b - Z.of_nat c) with ((Z.of_nat b - (Z.of_nat y1 - Z.of_nat m * Z.of_nat x1)) - (Z.of_nat c - (Z.of_nat y1 - Z.of_nat m * Z.of_nat x1))) by ring.
        apply Z.divide_sub_r; assumption.
      + intros ->. split; [exact Dc|].
        replace (Z.of_nat c - (Z.of_nat y2 - Z.of_nat m * Z.of_nat x2))
          with ((Z.of_nat c - (Z.of_nat y1 - Z.of_nat m * Z.of_nat x1)) - (Z.of_nat m * (Z.of_nat x1 - Z.of_nat x2) - (Z.of_nat y1 - Z.of_nat y2))) by ring.
        apply Z.divide_sub_r; assumption.
    - apply (count_none (fun b => mem (sloped m b) i && mem (sloped m b) j)). intros b Hb.
      destruct (mem (sloped m b) i && mem (sloped m b) j) eqn:A; [|reflexivity]. exfalso. apply D.
      rewrite andb_true_iff, !mem_sloped in A by assumption. fold x1 y1 x2 y2 in A. rewrite !Q in A by assumption. destruct A as [A B].
      replace (Z.of_nat m * (Z.of_nat x1 - Z.of_nat x2) - (Z.of_nat y1 - Z.of_nat y2))
        with ((Z.of_nat b - (Z.of_nat y1 - Z.of_nat m * Z.of_nat x1)) - (Z.of_nat b - (Z.of_nat y2 - Z.of_nat m * Z.of_nat x2))) by ring.
      apply Z.divide_sub_r; assumption. }
  rewrite (zsum_ext (fun a => zsum _ (map (sloped a) (seq 0 p)))
    (fun m => if (if Zdivide_dec Pz (Z.of_nat m * (Z.of_nat x1 - Z.of_nat x2) - (Z.of_nat y1 - Z.of_nat y2)) then true else false) then 1 else 0)).
  2: { intros m Hm. apply in_seq in Hm. apply C. lia. }
  destruct (Nat.eq_dec x1 x2) as [EX|NX].
  - (* on a vertical line *)
    assert (V : zsum (fun c => if mem (vertical c) i && mem (vertical c) j then 1 else 0) (seq 0 p) = 1).
    { apply (count_one (fun c => mem (vertical c) i && mem (vertical c) j) p x1 X1). intros c Hc.
      rewrite !mem_vertical by assumption. fold x1 x2. rewrite <- EX, andb_diag, Nat.eqb_eq. split; congruence. }
    rewrite V. rewrite (count_none (fun m => if Zdivide_dec Pz (Z.of_nat m * (Z.of_nat x1 - Z.of_nat x2) - (Z.of_nat y1 - Z.of_nat y2)) then true else false)); [reflexivity|].
    intros m _. destruct (Zdivide_dec _ _) as [D|D]; [|reflexivity]. exfalso. apply HN. rewrite Ei, Ej, EX. f_equal.
    apply small_eq; try assumption. apply Z.divide_opp_r.
    replace (- (Z.of_nat y1 - Z.of_nat y2)) with (Z.of_nat m * (Z.of_nat x1 - Z.of_nat x2) - (Z.of_nat y1 - Z.of_nat y2)); [exact D|].
    rewrite EX. ring.
  - (* on a sloped line *)
    rewrite (count_none (fun c => mem (vertical c) i && mem (vertical c) j)).
    2: { intros c Hc. rewrite !mem_vertical by assumption. fold x1 x2.
         destruct (x1 =? c)%nat eqn:A, (x2 =? c)%nat eqn:B; try reflexivity. apply Nat.eqb_eq in A, B. congruence. }
    destruct (solve (Z.of_nat x1 - Z.of_nat x2) (Z.of_nat y1 - Z.of_nat y2)) as [m [Hm U]].
    { intros D. apply NX. apply small_eq; assumption. }
    rewrite (count_one (fun m => if Zdivide_dec Pz (Z.of_nat m * (Z.of_nat x1 - Z.of_nat x2) - (Z.of_nat y1 - Z.of_nat y2)) then true else false) p m Hm); [reflexivity|].
    intros b Hb. rewrite <- (U b Hb). destruct (Zdivide_dec _ _) as [D|D]; split; intros H; try assumption; try reflexivity; try discriminate; contradiction.
Qed.

(** No line twice: two points would be on it twice. *)
Lemma distinct_lines : NoDup (affine_lines p).
Proof.
  pose proof p_large as P. destruct lines_are_blocks as [L S].
  assert (Two : forall B, In B (affine_lines p) -> exists i j, (i < d)%nat /\ (j < d)%nat /\ i <> j /\ mem B i && mem B j = true).
  { intros B HB. specialize (S B HB). unfold size in S. destruct (filter (mem B) (seq 0 d)) as [|i [|j r]] eqn:E; cbn [length] in S; try lia.
    assert (N : NoDup (i :: j :: r)) by (rewrite <- E; apply NoDup_filter, seq_NoDup).
    assert (A : forall k, In k (i :: j :: r) -> (k < d)%nat /\ mem B k = true).
    { intros k Hk. rewrite <- E in Hk. apply filter_In in Hk. destruct Hk as [H1 H2]. apply in_seq in H1. split; [lia|exact H2]. }
    destruct (A i (or_introl eq_refl)) as [A1 A2], (A j (or_intror (or_introl eq_refl))) as [B1 B2].
    exists i, j. repeat split; try assumption.
    - intros ->. inversion N as [|? ? X _]. apply X. left. reflexivity.
    - rewrite A2, B2. reflexivity. }
  assert (G : forall l, (forall B, In B l -> In B (affine_lines p)) ->
    (forall i j, (i < d)%nat -> (j < d)%nat -> i <> j -> (length (filter (fun B => mem B i && mem B j) l) <= 1)%nat) -> NoDup l).
  { induction l as [|B l IH]; intros Hl H; [constructor|]. constructor.
    - intros HB. destruct (Two B (Hl B (or_introl eq_refl))) as [i [j [Hi [Hj [Hn E]]]]].
      specialize (H i j Hi Hj Hn). cbn [filter] in H. rewrite E in H. cbn [length] in H.
      assert (X : In B (filter (fun B => mem B i && mem B j) l)) by (apply filter_In; auto).
      destruct (filter (fun B => mem B i && mem B j) l); [contradiction|cbn [length] in H; lia].
    - apply IH; [intros; apply Hl; right; assumption|]. intros i j Hi Hj Hn. specialize (H i j Hi Hj Hn). cbn [filter] in H.
      destruct (mem B i && mem B j); cbn [length] in H; lia. }
  apply G; [auto|]. intros i j Hi Hj Hn. rewrite one_line by assumption. lia.
Qed.

Theorem affine_plane : steiner d p (affine_lines p).
Proof. split; [apply distinct_lines|apply lines_are_blocks|apply one_line]. Qed.
Lemma number_of_lines : length (affine_lines p) = (p * p + p)%nat.
Proof.
  rewrite affine_lines_eq, app_length, map_length, seq_length.
  assert (A : forall l, length (flat_map (fun m => map (sloped m) (seq 0 p)) l) = (length l * p)%nat).
  { intros l. induction l as [|m l IH]; [reflexivity|]. cbn [flat_map length]. rewrite app_length, map_length, seq_length, IH. reflexivity. }
  rewrite A, seq_length. lia.
Qed.
End Plane.

(** ** The error, for every prime *)
Theorem square_pool (p : nat) : prime (Z.of_nat p) ->
  let F := steiner_family (p * p) (affine_lines p) in
  length (inner F) = (2 * p * p + p)%nat /\ forall K : ofield,
  (exists a0 a, error_at_most K (p * p) (combined F a0 a) (finv (ofZ (2 * Z.of_nat p ^ 3 - 2 * Z.of_nat p + 2)))) /\
  (forall a0 a e, error_at_most K (p * p) (combined F a0 a) e -> fle (finv (ofZ (2 * Z.of_nat p ^ 3 - 2 * Z.of_nat p + 2))) e).
Proof.
  intros Hp. pose proof (p_large p Hp) as P.
  destruct (steiner_error (p * p) p (affine_lines p) (affine_plane p Hp) ltac:(nia)) as [_ [A B]].
  rewrite (number_of_lines p) in A, B. split; [rewrite A; lia|].
  replace (2 * Z.of_nat p ^ 3 - 2 * Z.of_nat p + 2) with (2 + 2 * Z.of_nat (p * p + p) * (Z.of_nat p - 1)).
  - exact B.
  - rewrite Nat2Z.inj_add, Nat2Z.inj_mul. ring.
Qed.
