(** * Families closed under unions: examples, checked by computation

    The theorem of [UnionClosed.v] for families given as data. Complements of the points and lines of
    finite planes: few subpools, and an error much smaller than with all subpools of one order. *)

From Coq Require Import List Arith ZArith QArith Ring Lia Bool.
From Maxpooling Require Import OrderedField Network Maximum Approximation UnionClosed.
Import ListNotations.
Open Scope list_scope.

(** ** The conditions, decided *)
Definition same (I U : subset) : bool := if list_eq_dec bool_dec I U then true else false.
Definition belongs (F : list subset) (I : subset) : bool := existsb (same I) F.
Fixpoint all_distinct (F : list subset) : bool :=
  match F with [] => true | U :: r => negb (belongs r U) && all_distinct r end.
Definition is_family (d : nat) (F : list subset) : bool :=
  all_distinct F && forallb (fun I => (length I =? d)%nat) F && belongs F (none d) && belongs F (whole d)
  && forallb (fun I => forallb (fun U => belongs F (union I U)) F) F.

Lemma belongs_spec F I : belongs F I = true <-> In I F.
Proof.
  unfold belongs. rewrite existsb_exists. split.
  - intros [U [HU E]]. unfold same in E. destruct (list_eq_dec bool_dec I U) as [->|]; [exact HU|discriminate].
  - intros H. exists I. split; [exact H|]. unfold same. destruct (list_eq_dec bool_dec I I); congruence.
Qed.
Lemma all_distinct_sound F : all_distinct F = true -> NoDup F.
Proof.
  intros H1. induction F as [|I F IH]; [constructor|]. simpl in H1. apply andb_true_iff in H1.
  destruct H1 as [A B]. constructor; [|apply IH, B]. intros H. apply belongs_spec in H. rewrite H in A. discriminate.
Qed.
Lemma is_family_sound d F : is_family d F = true -> family d F /\ closed_under_unions F.
Proof.
  unfold is_family. rewrite !andb_true_iff. intros [[[[H1 H2] H3] H4] H5]. rewrite forallb_forall in H2, H5. repeat split.
  - apply all_distinct_sound, H1.
  - intros I HI. apply Nat.eqb_eq, H2, HI.
  - apply belongs_spec, H3.
  - apply belongs_spec, H4.
  - intros I U HI HU. apply H5 in HI. rewrite forallb_forall in HI. apply belongs_spec, HI, HU.
Qed.

(** What one computation says: [d] inputs, [n] subpools, least error 1/p. *)
Definition has_error (d : nat) (F : list subset) (n : nat) (p : positive) : bool :=
  (0 <? d)%nat && is_family d F && (length (inner F) =? n)%nat && (total_moebius d F =? Zpos p)%Z.

Theorem error_of_family d F n p : has_error d F n p = true ->
  length (inner F) = n /\ forall K : ofield,
  (exists a0 a, error_at_most K d (combined F a0 a) (ofQ (1 # p))) /\
  (forall a0 a e, error_at_most K d (combined F a0 a) e -> fle (ofQ (1 # p)) e).
Proof.
  unfold has_error. rewrite !andb_true_iff. intros [[[H1 H2] H3] H4]. apply Nat.ltb_lt in H1. apply Nat.eqb_eq in H3.
  apply Z.eqb_eq in H4. apply is_family_sound in H2. destruct H2 as [HF HC]. split; [exact H3|]. intros K.
  assert (E : least_error K d F = ofQ (1 # p)).
  { unfold least_error. rewrite H4. unfold ofQ. cbn [Qnum Qden]. rewrite fdiv_def, ofZ_1.
    pose proof (f_ring K) as R. destruct R. symmetry. apply Rmul_1_l. }
  rewrite <- E. apply union_closed; assumption.
Qed.

(** ** All proper subsets; all of d - 1: equations (6) and (5) again *)
Fixpoint all_subsets (d : nat) : list subset :=
  match d with O => [[]] | S m => map (cons false) (all_subsets m) ++ map (cons true) (all_subsets m) end.
Definition weight (I : subset) : nat := length (filter (fun b => b) I).
(** Orders r and more, the empty set and [d]. *)
Definition orders_from (d r : nat) : list subset :=
  filter (fun I => is_empty I || (r <=? weight I)%nat) (all_subsets d).

Example equation_6_small : map (fun d => total_moebius d (all_subsets d)) [1; 2; 3; 4; 5]%nat = [2; 4; 8; 16; 32]%Z.
Proof. vm_compute. reflexivity. Qed.
Example equation_5_small : map (fun d => total_moebius d (orders_from d (d - 1))) [2; 3; 4; 5; 6; 7; 8]%nat = [4; 6; 8; 10; 12; 14; 16]%Z.
Proof. vm_compute. reflexivity. Qed.
Example families : map (fun d => is_family d (all_subsets d) && is_family d (orders_from d (d - 1))) [2; 3; 4; 5]%nat = [true; true; true; true].
Proof. vm_compute. reflexivity. Qed.
(** Not closed under unions, or without [d]: refused. *)
Example refused : map (is_family 3) [[none 3; whole 3; [true; false; false]; [false; true; false]]; [none 3; [true; false; false]];
  [none 3; none 3; whole 3]] = [false; false; false].
Proof. vm_compute. reflexivity. Qed.

(** ** Planes: the complements of the points and of the lines *)
Definition complement_of (d : nat) (l : list nat) : subset := map (fun i => negb (existsb (Nat.eqb i) l)) (seq 0 d).
Definition complements (d : nat) (flats : list (list nat)) : list subset :=
  none d :: whole d :: map (complement_of d) (map (fun i => [i]) (seq 0 d) ++ flats).

(** The plane of 7 points: 14 subpools leave 1/30. *)
Definition fano : list (list nat) := [[0; 1; 2]; [0; 3; 4]; [0; 5; 6]; [1; 3; 5]; [1; 4; 6]; [2; 3; 6]; [2; 4; 5]]%nat.
Definition seven : list subset := complements 7 fano.
Lemma seven_checked : has_error 7 seven 14 30 = true.
Proof. vm_cast_no_check (eq_refl true). Qed.
Theorem seven_points : length (inner seven) = 14%nat /\ forall K : ofield,
  (exists a0 a, error_at_most K 7 (combined seven a0 a) (ofQ (1 # 30))) /\
  (forall a0 a e, error_at_most K 7 (combined seven a0 a) e -> fle (ofQ (1 # 30)) e).
Proof. exact (error_of_family _ _ _ _ seven_checked). Qed.

(** The affine plane of 9 points, the 3 x 3 pool: rows, columns, broken diagonals: 21 subpools leave 1/50. *)
Definition grid : list (list nat) :=
  [[0; 1; 2]; [3; 4; 5]; [6; 7; 8]; [0; 3; 6]; [1; 4; 7]; [2; 5; 8];
   [0; 4; 8]; [1; 5; 6]; [2; 3; 7]; [0; 5; 7]; [1; 3; 8]; [2; 4; 6]]%nat.
Definition nine : list subset := complements 9 grid.
Lemma nine_checked : has_error 9 nine 21 50 = true.
Proof. vm_cast_no_check (eq_refl true). Qed.
Theorem nine_points : length (inner nine) = 21%nat /\ forall K : ofield,
  (exists a0 a, error_at_most K 9 (combined nine a0 a) (ofQ (1 # 50))) /\
  (forall a0 a e, error_at_most K 9 (combined nine a0 a) e -> fle (ofQ (1 # 50)) e).
Proof. exact (error_of_family _ _ _ _ nine_checked). Qed.

(** The projective plane of order 3: 13 points; lines are the translates of a difference set. *)
Definition thirteen : list subset :=
  complements 13 (map (fun t => map (fun i => (i + t) mod 13) [0; 1; 3; 9])%nat (seq 0 13)).
Lemma thirteen_checked : has_error 13 thirteen 26 80 = true.
Proof. vm_cast_no_check (eq_refl true). Qed.

(** The subspaces of F_2^4: 15 points, 35 lines, 15 planes; point i is the vector i + 1. *)
Definition xor_lines : list (list nat) :=
  flat_map (fun a => flat_map (fun b => let c := Nat.lxor a b in
    if ((a <? b) && (b <? c))%nat then [[a - 1; b - 1; c - 1]%nat] else []) (seq 1 15)) (seq 1 15).
Definition even_and (a b : nat) : bool :=
  let c := Nat.land a b in Nat.even (Nat.b2n (Nat.testbit c 0) + Nat.b2n (Nat.testbit c 1) + Nat.b2n (Nat.testbit c 2) + Nat.b2n (Nat.testbit c 3)).
Definition xor_planes : list (list nat) :=
  map (fun a => filter (fun i => even_and a (S i)) (seq 0 15)) (seq 1 15).
Definition fifteen : list subset := complements 15 (xor_lines ++ xor_planes).
Lemma fifteen_checked : has_error 15 fifteen 65 270 = true.
Proof. vm_cast_no_check (eq_refl true). Qed.
