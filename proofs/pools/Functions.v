(** * Sums of arbitrary functions do no better than maxes over subsets

    Let each of finitely many functions depend on the inputs in its set J only. If their sum is within
    e of max(x_1, ..., x_d) at the vertices of the cube, then a constant and a combination of maxes over
    subsets of the J is within e of it on the whole cube. (Theorem B, for any sets J, not only for all
    sets of r inputs; and no averaging over permutations is needed.)

    The proof. At the vertices a function of the inputs in J is a combination of maxes over subsets of
    J: input by input, g = g_0 + x_i (g_1 - g_0), and x_i max(x_I) = x_i + max(x_I) - max(x_i, x_I) for
    zeros and ones. Then [bound_from_vertices]. *)

From Coq Require Import List Arith ZArith QArith Ring Lia Bool.
From Maxpooling Require Import OrderedField Network Maximum Approximation OneOrder UnionClosed.
Import ListNotations.
Open Scope list_scope.

Definition add_to (d i : nat) (I : subset) : subset := map (fun j => mem I j || (i =? j)%nat) (seq 0 d).
Lemma add_to_length d i I : length (add_to d i I) = d.
Proof. unfold add_to. rewrite map_length. apply seq_length. Qed.
Lemma mem_add_to d i I j : (i < d)%nat -> length I = d -> mem (add_to d i I) j = mem I j || (i =? j)%nat.
Proof.
  intros Hi HI. unfold mem at 1. destruct (Nat.lt_ge_cases j d) as [L|L].
  - unfold add_to. rewrite (nth_indep _ false ((fun j => mem I j || (i =? j)%nat) O)) by (rewrite map_length, seq_length; exact L).
    rewrite (map_nth (fun j => mem I j || (i =? j)%nat)), seq_nth by exact L. reflexivity.
  - rewrite nth_overflow by (rewrite add_to_length; exact L). unfold mem. rewrite nth_overflow by lia.
    symmetry. apply Nat.eqb_neq. lia.
Qed.
Lemma hits_add_to d i I S : (i < d)%nat -> length I = d ->
  hits (add_to d i I) S = hits I S || existsb (Nat.eqb i) S.
Proof.
  intros Hi HI. unfold hits. induction S as [|j S IH]; [reflexivity|]. cbn [existsb].
  rewrite IH, mem_add_to by assumption. destruct (mem I j), (i =? j)%nat, (existsb (mem I) S), (existsb (Nat.eqb i) S); reflexivity.
Qed.
Lemma add_to_not_empty d i I : (i < d)%nat -> length I = d -> is_empty (add_to d i I) = false.
Proof.
  intros Hi HI. destruct (is_empty (add_to d i I)) eqn:E; [|reflexivity].
  apply (is_empty_spec d) in E; [|apply add_to_length]. pose proof (mem_add_to d i I i Hi HI) as M.
  rewrite E, mem_none, Nat.eqb_refl, orb_true_r in M. discriminate.
Qed.

Section Field.
Variable K : ofield.
Add Ring K_ring : (f_ring K).
Local Open Scope of_scope.
Variable d : nat.

(** [g] depends on the inputs in [J] only. *)
Definition depends (J : nat -> Prop) (g : list K -> K) : Prop :=
  forall x y, length x = d -> length y = d -> (forall i, (i < d)%nat -> J i -> nth i x 0 = nth i y 0) -> g x = g y.

(** The vertex with ones at S. *)
Definition ones_at (S : list nat) : list K := map (fun i => if existsb (Nat.eqb i) S then 1 else 0) (seq 0 d).
Lemma ones_at_length S : length (ones_at S) = d.
Proof. unfold ones_at. rewrite map_length. apply seq_length. Qed.
Lemma nth_map_seq (f : nat -> K) i : (i < d)%nat -> nth i (map f (seq 0 d)) 0 = f i.
Proof.
  intros Hi. rewrite (nth_indep _ 0 (f O)) by (rewrite map_length, seq_length; exact Hi).
  rewrite map_nth, seq_nth by exact Hi. reflexivity.
Qed.
Lemma nth_ones_at S i : (i < d)%nat -> nth i (ones_at S) 0 = if existsb (Nat.eqb i) S then 1 else 0.
Proof. apply (nth_map_seq (fun i => if existsb (Nat.eqb i) S then 1 else 0)). Qed.

Lemma max_over_ones_at S I : length I = d -> max_over (ones_at S) I = ofZ (hit I S).
Proof.
  intros HI. unfold max_over. rewrite ones_at_length.
  rewrite (map_ext_in _ (fun i => if existsb (Nat.eqb i) S then 1 else 0)).
  - rewrite zero_one_maximum. unfold hit.
    assert (E : existsb (fun i => existsb (Nat.eqb i) S) (filter (mem I) (seq 0 d)) = hits I S).
    { apply eq_true_iff_eq. rewrite (hits_spec d) by exact HI. rewrite existsb_exists. split.
      - intros [i [H1 H2]]. apply filter_In in H1. destruct H1 as [H0 H1]. apply in_seq in H0.
        apply existsb_exists in H2. destruct H2 as [j [J1 J2]]. apply Nat.eqb_eq in J2. subst j.
        exists i. repeat split; try assumption. lia.
      - intros [s [H1 [H2 H3]]]. exists s. split; [apply filter_In; split; [apply in_seq; lia|exact H3]|].
        apply existsb_exists. exists s. split; [exact H1|apply Nat.eqb_refl]. }
    rewrite E. destruct (hits I S); rewrite ?ofZ_1, ?ofZ_0; reflexivity.
  - intros i Hi. apply filter_In in Hi. destruct Hi as [Hi _]. apply in_seq in Hi. apply nth_ones_at. lia.
Qed.

(** Changing one input. *)
Definition set_at (i : nat) (c : K) (x : list K) : list K := map (fun j => if (i =? j)%nat then c else nth j x 0) (seq 0 d).
Lemma set_at_length i c x : length (set_at i c x) = d.
Proof. unfold set_at. rewrite map_length. apply seq_length. Qed.
Lemma nth_set_at i c x j : (j < d)%nat -> nth j (set_at i c x) 0 = if (i =? j)%nat then c else nth j x 0.
Proof. apply (nth_map_seq (fun j => if (i =? j)%nat then c else nth j x 0)). Qed.

Definition fine (J : nat -> Prop) (L : list (K * subset)) : Prop :=
  forall p, In p L -> length (snd p) = d /\ is_empty (snd p) = false /\ forall i, mem (snd p) i = true -> J i.

(** At the vertices: a function of some inputs is a combination of maxes over them. *)
Theorem at_the_vertices (J : list nat) : (forall i, In i J -> (i < d)%nat) -> forall g, depends (fun i => In i J) g ->
  exists a0 L, fine (fun i => In i J) L /\ forall S, g (ones_at S) = value_at K a0 L S.
Proof.
  induction J as [|i J IH]; intros HJ g Hg.
  - exists (g (ones_at [])), []. split; [intros p []|]. intros S. unfold value_at. cbn [sum].
    rewrite (Hg (ones_at S) (ones_at [])); [ring|apply ones_at_length|apply ones_at_length|intros ? _ []].
  - assert (Hi : (i < d)%nat) by (apply HJ; left; reflexivity).
    assert (HJ' : forall j, In j J -> (j < d)%nat) by (intros; apply HJ; right; assumption).
    assert (D : forall c, depends (fun j => In j J) (fun x => g (set_at i c x))).
    { intros c x y Hx Hy H. apply Hg; try apply set_at_length. intros j Hj HIn.
      rewrite !nth_set_at by exact Hj. destruct (i =? j)%nat eqn:E; [reflexivity|].
      destruct HIn as [->|HIn]; [rewrite Nat.eqb_refl in E; discriminate|]. apply H; assumption. }
    destruct (IH HJ' _ (D 0)) as [a [L [FL EL]]].
    destruct (IH HJ' (fun x => g (set_at i 1 x) - g (set_at i 0 x))) as [b [M [FM EM]]].
    { intros x y Hx Hy H. rewrite (D 1 x y Hx Hy H), (D 0 x y Hx Hy H). reflexivity. }
    set (u := add_to d i (none d)).
    exists a, (L ++ (b, u) :: flat_map (fun p => [(fst p, u); p; (- fst p, add_to d i (snd p))]) M).
    assert (Fu : length u = d /\ is_empty u = false /\ forall j, mem u j = true -> In j (i :: J)).
    { split; [apply add_to_length|split; [apply add_to_not_empty; [exact Hi|apply none_length]|]].
      intros j Hj. unfold u in Hj. rewrite mem_add_to, mem_none in Hj by (try exact Hi; apply none_length).
      apply Nat.eqb_eq in Hj. left. exact Hj. }
    split.
    + intros p Hp. apply in_app_or in Hp. destruct Hp as [Hp|[<-|Hp]]; [| exact Fu |].
      * destruct (FL p Hp) as [A [B C]]. repeat split; try assumption. intros j Hj. right. apply C, Hj.
      * apply in_flat_map in Hp. destruct Hp as [q [Hq Hp]]. destruct (FM q Hq) as [A [B C]].
        destruct Hp as [<-|[<-|[<-|[]]]]; [exact Fu| |].
        -- repeat split; try assumption. intros j Hj. right. apply C, Hj.
        -- cbn [snd]. split; [apply add_to_length|split; [apply add_to_not_empty; assumption|]].
           intros j Hj. rewrite mem_add_to in Hj by assumption. apply orb_true_iff in Hj.
           destruct Hj as [Hj|Hj]; [right; apply C, Hj|left; apply Nat.eqb_eq, Hj].
    + intros S. set (z := existsb (Nat.eqb i) S).
      assert (Eg : g (ones_at S) = g (set_at i 0 (ones_at S))
                   + (if z then 1 else 0) * (g (set_at i 1 (ones_at S)) - g (set_at i 0 (ones_at S)))).
      { assert (Ec : g (ones_at S) = g (set_at i (if z then 1 else 0) (ones_at S))).
        { apply Hg; [apply ones_at_length|apply set_at_length|]. intros j Hj _. rewrite nth_set_at by exact Hj.
          destruct (i =? j)%nat eqn:E; [|reflexivity]. apply Nat.eqb_eq in E. subst j. apply nth_ones_at, Hj. }
        destruct z; rewrite Ec; ring. }
      pose proof (EL S) as EL'. pose proof (EM S) as EM'. cbv beta in EL', EM'. rewrite Eg, EM', EL'. clear Eg EL' EM'.
      assert (Hu : ofZ (hit u S) = (if z then 1 else 0) :> K).
      { unfold hit, u. rewrite hits_add_to by (try exact Hi; apply none_length). fold z.
        replace (hits (none d) S) with false.
        - destruct z; simpl; rewrite ?ofZ_1, ?ofZ_0; reflexivity.
        - symmetry. unfold hits. clear. induction S as [|j S IH]; [reflexivity|]. cbn [existsb]. rewrite mem_none. exact IH. }
      unfold value_at. rewrite sum_app. cbn [sum fst snd]. rewrite Hu, sum_flat_map. cbn [sum fst snd].
      rewrite (sum_ext K (fun x => fst x * ofZ (hit u S) + (fst x * ofZ (hit (snd x) S) + (- fst x * ofZ (hit (add_to d i (snd x)) S) + 0)))
        (fun p => (if z then 1 else 0) * (fst p * ofZ (hit (snd p) S)))).
      * rewrite sum_mul. ring.
      * intros p Hp. destruct (FM p Hp) as [A _]. rewrite Hu.
        assert (E : hit (add_to d i (snd p)) S = if hits (snd p) S || z then 1%Z else 0%Z).
        { unfold hit. rewrite hits_add_to by assumption. reflexivity. }
        rewrite E. unfold hit. destruct (hits (snd p) S), z; cbn [orb]; rewrite ?ofZ_1, ?ofZ_0; ring.
Qed.

(** ** Sums of functions: each with its set *)
Definition total_value (G : list (subset * (list K -> K))) (x : list K) : K := sum (fun p => snd p x) G.

Lemma sum_at_the_vertices (G : list (subset * (list K -> K))) :
  (forall p, In p G -> depends (fun i => mem (fst p) i = true) (snd p)) ->
  exists a0 L, (forall q, In q L -> length (snd q) = d /\ is_empty (snd q) = false /\
                  exists p, In p G /\ included d (snd q) (fst p) = true) /\
               forall S, total_value G (ones_at S) = value_at K a0 L S.
Proof.
  induction G as [|[J g] G IH]; intros HG.
  - exists 0, []. split; [intros q []|]. intros S. unfold total_value, value_at. simpl. ring.
  - destruct IH as [a [L [FL EL]]]; [intros p Hp; apply HG; right; exact Hp|].
    assert (Hg : depends (fun i => In i (filter (mem J) (seq 0 d))) g).
    { intros x y Hx Hy H. apply (HG (J, g) (or_introl eq_refl) x y Hx Hy). intros i Hi HJ. apply H; [exact Hi|].
      apply filter_In. split; [apply in_seq; lia|exact HJ]. }
    destruct (at_the_vertices (filter (mem J) (seq 0 d))) with (g := g) as [b [M [FM EM]]]; [|exact Hg|].
    { intros i Hi. apply filter_In in Hi. destruct Hi as [Hi _]. apply in_seq in Hi. lia. }
    exists (b + a), (M ++ L). split.
    + intros q Hq. apply in_app_or in Hq. destruct Hq as [Hq|Hq].
      * destruct (FM q Hq) as [A [B C]]. split; [exact A|split; [exact B|]]. exists (J, g). split; [left; reflexivity|].
        apply included_spec. intros i Hi H. apply C in H. apply filter_In in H. apply H.
      * destruct (FL q Hq) as [A [B [p [P1 P2]]]]. split; [exact A|split; [exact B|]]. exists p. split; [right; exact P1|exact P2].
    + intros S. unfold total_value in *. cbn [sum snd]. rewrite EL, EM. unfold value_at. rewrite sum_app. ring.
Qed.

Theorem functions_do_no_better (G : list (subset * (list K -> K))) e : (0 < d)%nat ->
  (forall p, In p G -> depends (fun i => mem (fst p) i = true) (snd p)) ->
  (forall S, - e <= total_value G (ones_at S) - maximum (ones_at S) /\ total_value G (ones_at S) - maximum (ones_at S) <= e) ->
  exists a0 L,
    (forall q, In q L -> length (snd q) = d /\ is_empty (snd q) = false /\
       exists p, In p G /\ included d (snd q) (fst p) = true) /\
    error_at_most K d (value K a0 L) e.
Proof.
  intros Hd HG HE. destruct (sum_at_the_vertices G HG) as [a [L [FL EL]]]. exists a, L. split; [exact FL|].
  intros x Hx. set (L' := (- (1), whole d) :: L).
  assert (E : value K a L x - maximum x = value K a L' x).
  { unfold value, L'. cbn [sum fst snd]. rewrite (maximum_whole K d x) by apply Hx. ring. }
  rewrite E. apply (bound_from_vertices K d); [exact Hx|]. intros S.
  replace (value_at K a L' S) with (total_value G (ones_at S) - maximum (ones_at S)); [apply HE|].
  rewrite EL, (maximum_whole K d) by apply ones_at_length. rewrite max_over_ones_at by apply whole_length.
  unfold value_at, L'. cbn [sum fst snd]. ring.
Qed.
End Field.
