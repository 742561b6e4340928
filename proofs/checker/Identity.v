(** * Identities for the max of n numbers, and the networks that they describe

    An identity says, for all x = (x_0, ..., x_{n-1}),

      scale * max(x) = sum over [pairs]  c * (sum over the renamings of max(x_i, x_j))
                     + sum over [terms]  c * (sum over the renamings of max(f_Z(x), f_Z'(x)))

    where f_Z(x) is the sum of max(x_i, x_j) over the pairs (i, j) of Z, and a renaming is a
    permutation of the inputs that keeps their labels. All coefficients are integers. *)

From Coq Require Import List Arith ZArith QArith Ring Permutation Lia Bool.
From Maxpooling Require Import OrderedField Network Assignments Ranks Relabel Checker Forms.
Import ListNotations.
Open Scope Z_scope.
Open Scope list_scope.

Record term := Term { coefficient : Z; first : list pair; second : list pair }.
Record identity := Identity {
  labels : list nat;          (* one for each input *)
  scale : positive;
  pairs : list (pair * Z);
  terms : list term }.

Definition inputs (I : identity) : nat := length (labels I).
Definition label_of (I : identity) (i : nat) : nat := nth i (labels I) O.

(** The renamings: all permutations s of 0..n-1 such that entry k of s has the label of k. *)
Definition renamings (I : identity) : list (list nat) :=
  places (label_of I) (labels I) (seq 0 (inputs I)).

(** Under the renaming s, position i holds the input whose number is [index i s], the place of i
    in s. *)
Definition image (s : list nat) (e : pair) : pair := (index (fst e) s, index (snd e) s).

(** The pairs that enter linearly, and the comparisons: all images of all terms. *)
Definition linear_part (I : identity) : list (pair * Z) :=
  flat_map (fun e => map (fun s => (image s (fst e), snd e)) (renamings I)) (pairs I).
Definition comparisons (I : identity) : list (list pair * list pair * Z) :=
  flat_map (fun t => map (fun s => (map (image s) (first t), map (image s) (second t), coefficient t))
                         (renamings I)) (terms I).

Section RightSide.
Variable K : ofield.
Add Ring K_ring : (f_ring K).
Local Open Scope of_scope.

Definition entry (x : list K) (i : nat) : K := nth i x 0.
Definition pair_max (x : list K) (e : pair) : K := fmax (entry x (fst e)) (entry x (snd e)).
Definition sum_of_maxes (x : list K) (Z : list pair) : K := sum (pair_max x) Z.
Definition compare (x : list K) (ZZ : list pair * list pair) : K :=
  fmax (sum_of_maxes x (fst ZZ)) (sum_of_maxes x (snd ZZ)).

(** The right side of an identity, given its linear part and its comparisons. *)
Definition combination (lin : list (pair * Z)) (comps : list (list pair * list pair * Z)) (x : list K) : K :=
  weigh (pair_max x) lin + weigh (compare x) comps.
Definition right_side (I : identity) (x : list K) : K :=
  combination (linear_part I) (comparisons I) x.
End RightSide.
Arguments entry {K} x i. Arguments pair_max {K} x e. Arguments sum_of_maxes {K} x Z.
Arguments compare {K} x ZZ. Arguments combination {K} lin comps x. Arguments right_side {K} I x.

(** ** The network *)
Section TheNetwork.
Variable n : nat.

Definition difference (i j : nat) : form := vsub (unit_ n i) (unit_ n j).
Definition ordered_pairs : list pair :=
  flat_map (fun i => map (fun j => (i, j)) (seq (S i) (n - S i))) (seq 0 n).
(** First hidden layer: relu(x_i - x_j) for i < j, relu(x_j - x_0) for j > 0, relu(x_0) and relu(-x_0);
    n (n - 1) / 2 + n + 1 neurons, see [width1_value]. *)
Definition first_forms : list form :=
  map (fun e => difference (fst e) (snd e)) ordered_pairs
  ++ map (fun j => difference j 0) (seq 1 (n - 1)) ++ [unit_ n 0; vscale (-1) (unit_ n 0)].

(** How the second hidden layer reads x_i and max(x_i, x_j) from the first: all is measured from x_0. *)
Definition read (w : form) : form := select w first_forms.
Definition read_origin : form := vsub (read (unit_ n 0)) (read (vscale (-1) (unit_ n 0))).
Definition read_entry (i : nat) : form :=
  if (i =? 0)%nat then read_origin
  else vadd read_origin (vsub (read (difference i 0)) (read (difference 0 i))).
Definition read_pair (e : pair) : form :=
  let '(i, j) := e in
  if (i =? j)%nat then read_entry i else
  let '(i, j) := if (i <? j)%nat then (i, j) else (j, i) in
  vadd (read_entry j) (read (difference i j)).

Definition width1 : nat := length first_forms.
Lemma width1_value : (1 <= n)%nat -> width1 = (n * (n - 1) / 2 + n + 1)%nat.
Proof.
  intros Hn. unfold width1, first_forms. rewrite !app_length, !map_length, seq_length. cbn [length].
  assert (E : forall m k, (k + m = n)%nat ->
    (2 * length (flat_map (fun i => map (fun j => (i, j)) (seq (S i) (n - S i))) (seq k m)) = m * (m - 1))%nat).
  { induction m as [|m IH]; intros k Hk; [reflexivity|]. cbn [seq flat_map].
    rewrite app_length, map_length, seq_length, Nat.mul_add_distr_l, (IH (S k)) by lia.
    replace (n - S k)%nat with m by lia. destruct m as [|m]; [reflexivity|]. cbn [Nat.sub]. nia. }
  specialize (E n O eq_refl). fold ordered_pairs in E.
  replace (n * (n - 1))%nat with (length ordered_pairs * 2)%nat by lia. rewrite Nat.div_mul by lia. lia.
Qed.
Definition read_sum (X : list pair) : form :=
  fold_right (fun e w => vadd (read_pair e) w) (repeat 0 width1) X.
Definition read_linear (lin : list (pair * Z)) : form :=
  fold_right (fun e w => vadd (vscale (snd e) (read_pair (fst e))) w) (repeat 0 width1) lin.

Variable scale_ : positive.
Variable lin : list (pair * Z).
Variable comps : list (list pair * list pair * Z).

(** Second hidden layer: relu(f_Z - f_Z') for each comparison, and two neurons that carry all that
    is linear in the first layer. *)
Definition carried : form :=
  vadd (read_linear lin)
       (fold_right (fun c w => vadd (vscale (snd c) (read_sum (snd (fst c)))) w) (repeat 0 width1) comps).
Definition second_forms : list form :=
  map (fun c => vsub (read_sum (fst (fst c))) (read_sum (snd (fst c)))) comps
  ++ [carried; vscale (-1) carried].
Definition output_weights : list Q :=
  map (fun c => snd c # scale_) comps ++ [1 # scale_; -1 # scale_].
Definition network_of : network :=
  Network [map int_neuron first_forms; map int_neuron second_forms] (Neuron output_weights 0).

Definition below (X : list pair) : Prop := forall e, In e X -> (fst e < n /\ snd e < n)%nat.
Definition in_range : Prop :=
  below (map fst lin) /\ forall c, In c comps -> below (fst (fst c)) /\ below (snd (fst c)).

Lemma read_length w : length (read w) = width1.
Proof. apply select_length. Qed.
Lemma read_origin_length : length read_origin = width1.
Proof. apply vsub_length; apply read_length. Qed.
Lemma read_entry_length i : length (read_entry i) = width1.
Proof.
  unfold read_entry. destruct (i =? 0)%nat; [apply read_origin_length|].
  apply vadd_length; [apply read_origin_length|apply vsub_length; apply read_length].
Qed.
Lemma read_pair_length e : length (read_pair e) = width1.
Proof.
  destruct e as [i j]. unfold read_pair. destruct (i =? j)%nat; [apply read_entry_length|].
  destruct (i <? j)%nat; apply vadd_length; try apply read_entry_length; apply read_length.
Qed.
Lemma fold_vadd_length A (f : A -> form) (l : list A) : (forall a, length (f a) = width1) ->
  length (fold_right (fun a w => vadd (f a) w) (repeat 0 width1) l) = width1.
Proof.
  intros H. induction l as [|a l IH]; simpl; [apply repeat_length|]. apply vadd_length; auto.
Qed.
Lemma read_sum_length X : length (read_sum X) = width1.
Proof. apply fold_vadd_length, read_pair_length. Qed.
Lemma carried_length : length carried = width1.
Proof.
  apply vadd_length; apply fold_vadd_length; intros; rewrite vscale_length;
    [apply read_pair_length|apply read_sum_length].
Qed.

Lemma network_well_formed : well_formed n network_of.
Proof.
  unfold well_formed, network_of. cbn [hidden output well_formed_from]. repeat split.
  - intros u Hu. apply in_map_iff in Hu. destruct Hu as [w [<- Hw]]. cbn [weights int_neuron].
    rewrite map_length. unfold first_forms in Hw. rewrite !in_app_iff, !in_map_iff in Hw.
    destruct Hw as [[e [<- _]]|[[j [<- _]]|[<-|[<-|[]]]]].
    + apply vsub_length; apply unit_length.
    + apply vsub_length; apply unit_length.
    + apply unit_length.
    + rewrite vscale_length. apply unit_length.
  - intros u Hu. apply in_map_iff in Hu. destruct Hu as [w [<- Hw]]. cbn [weights int_neuron].
    rewrite !map_length. fold width1. unfold second_forms in Hw. rewrite in_app_iff, in_map_iff in Hw.
    destruct Hw as [[c [<- _]]|[<-|[<-|[]]]].
    + apply vsub_length; apply read_sum_length.
    + apply carried_length.
    + rewrite vscale_length. apply carried_length.
  - cbn [weights]. unfold output_weights, second_forms.
    rewrite map_length, !app_length, !map_length. reflexivity.
Qed.

Section Value.
Variable K : ofield.
Add Ring K_ring2 : (f_ring K).
Local Open Scope of_scope.
Variable x : list K.
Hypothesis Hx : length x = n.

Definition hid (w : form) : K := relu (zdot w x).
Definition y1 : list K := map hid first_forms.

Lemma apply_first : apply_layer x (map int_neuron first_forms) = y1.
Proof.
  unfold apply_layer, y1. rewrite map_map. apply map_ext. intros w. rewrite affine_int. reflexivity.
Qed.

Lemma unit_entry i : zdot (unit_ n i) x = entry x i.
Proof. rewrite <- Hx. apply zdot_unit. Qed.

Lemma read_value w : In w first_forms -> zdot (read w) y1 = hid w.
Proof. apply zdot_select. Qed.

Lemma in_first_pair i j : (i < j < n)%nat -> In (difference i j) first_forms.
Proof.
  intros H. unfold first_forms. rewrite in_app_iff. left. apply in_map_iff. exists (i, j).
  split; [reflexivity|]. unfold ordered_pairs. apply in_flat_map. exists i.
  split; [apply in_seq; lia|]. apply in_map. apply in_seq. lia.
Qed.

Lemma difference_value i j : zdot (difference i j) x = entry x i - entry x j.
Proof. unfold difference. rewrite zdot_vsub, !unit_entry. reflexivity. Qed.

Lemma read_origin_value : zdot read_origin y1 = entry x 0.
Proof.
  unfold read_origin. rewrite zdot_vsub, !read_value
    by (unfold first_forms; rewrite !in_app_iff; cbn [In]; tauto).
  unfold hid. rewrite zdot_vscale, unit_entry, ofZ_m1.
  rewrite (relu_opp K (entry x 0)) at 1. replace (- (1) * entry x 0) with (- entry x 0) by ring. ring.
Qed.

Lemma read_entry_value i : (i < n)%nat -> zdot (read_entry i) y1 = entry x i.
Proof.
  intros Hi. unfold read_entry. destruct (i =? 0)%nat eqn:E.
  - apply Nat.eqb_eq in E. subst i. apply read_origin_value.
  - apply Nat.eqb_neq in E. rewrite zdot_vadd, zdot_vsub, read_origin_value.
    rewrite !read_value.
    + unfold hid. rewrite !difference_value, (relu_opp K (entry x i - entry x 0)).
      replace (- (entry x i - entry x 0)) with (entry x 0 - entry x i) by ring. ring.
    + apply in_first_pair. lia.
    + unfold first_forms. rewrite !in_app_iff. right. left. apply in_map_iff. exists i.
      split; [reflexivity|]. apply in_seq. lia.
Qed.

Lemma read_pair_value e : (fst e < n)%nat -> (snd e < n)%nat -> zdot (read_pair e) y1 = pair_max x e.
Proof.
  destruct e as [i j]. cbn [fst snd]. intros Hi Hj. unfold read_pair, pair_max. cbn [fst snd].
  destruct (i =? j)%nat eqn:E.
  - apply Nat.eqb_eq in E. subst j. rewrite read_entry_value by exact Hi.
    symmetry. apply fmax_l, fle_refl.
  - apply Nat.eqb_neq in E.
    assert (W : forall a b, (a < b < n)%nat ->
      zdot (vadd (read_entry b) (read (difference a b))) y1 = fmax (entry x a) (entry x b)).
    { intros a b H. rewrite zdot_vadd, read_entry_value, read_value by (try apply in_first_pair; lia).
      unfold hid. rewrite difference_value. symmetry. apply fmax_relu. }
    destruct (i <? j)%nat eqn:L.
    + apply Nat.ltb_lt in L. apply W. lia.
    + apply Nat.ltb_ge in L. rewrite W by lia. apply fmax_comm.
Qed.

Lemma read_sum_value X : below X -> zdot (read_sum X) y1 = sum_of_maxes x X.
Proof.
  induction X as [|e X IH]; intros H; unfold read_sum, sum_of_maxes in *; simpl.
  - apply zdot_zeros.
  - rewrite zdot_vadd, IH by (intros e' He; apply H; right; exact He).
    rewrite read_pair_value by (apply H; left; reflexivity). reflexivity.
Qed.

Hypothesis HR : in_range.

Lemma read_linear_value : zdot (read_linear lin) y1 = weigh (pair_max x) lin.
Proof.
  destruct HR as [H _]. unfold read_linear, weigh. clear HR. induction lin as [|[e c] l IH]; simpl.
  - apply zdot_zeros.
  - rewrite zdot_vadd, zdot_vscale, read_pair_value by (apply H; left; reflexivity).
    rewrite IH by (intros e' He; apply H; right; exact He). ring.
Qed.

Lemma carried_value :
  zdot carried y1 = weigh (pair_max x) lin + weigh (fun ZZ => sum_of_maxes x (snd ZZ)) comps.
Proof.
  unfold carried. rewrite zdot_vadd, read_linear_value. f_equal. destruct HR as [_ H]. clear HR.
  unfold weigh. induction comps as [|[ZZ c] l IH]; simpl.
  - apply zdot_zeros.
  - rewrite zdot_vadd, zdot_vscale, read_sum_value by (apply (H (ZZ, c)); left; reflexivity).
    rewrite IH by (intros c' Hc; apply H; right; exact Hc). ring.
Qed.

Lemma ofQ_over c : ofQ (c # scale_) = finv (ofZ (Zpos scale_)) * ofZ c :> K.
Proof. unfold ofQ. cbn [Qnum Qden]. rewrite fdiv_def. ring. Qed.

Theorem network_value : ofZ (Zpos scale_) * eval network_of x = combination lin comps x.
Proof.
  unfold eval, network_of. cbn [hidden output fold_left]. rewrite apply_first.
  unfold affine. cbn [weights bias]. change (ofQ 0) with (@ofQ K (0 # 1)). rewrite ofQ_Z, ofZ_0.
  unfold apply_layer. rewrite map_map. unfold second_forms, output_weights. rewrite map_app.
  rewrite dot_app by (rewrite !map_length; reflexivity).
  cbn [map dot]. rewrite !affine_int, zdot_vscale, ofZ_m1, carried_value, !ofQ_over, ofZ_1, ofZ_m1.
  set (q := finv (ofZ (Zpos scale_)) : K).
  assert (Q1 : ofZ (Zpos scale_) * q = 1).
  { unfold q. replace (ofZ (Zpos scale_) * _) with (finv (ofZ (Zpos scale_)) * ofZ (Zpos scale_) : K) by ring.
    apply finv_l. apply ofZ_pos_neq_0. lia. }
  assert (D : dot (map (fun c => snd c # scale_) comps)
     (map (fun w => relu (affine (int_neuron w) y1))
        (map (fun c => vsub (read_sum (fst (fst c))) (read_sum (snd (fst c)))) comps)) =
     q * weigh (fun ZZ => relu (sum_of_maxes x (fst ZZ) - sum_of_maxes x (snd ZZ))) comps).
  { destruct HR as [_ H]. clear HR. unfold weigh. induction comps as [|[ZZ c] l IH]; simpl; [ring|].
    rewrite IH by (intros c' Hc; apply H; right; exact Hc).
    rewrite affine_int, zdot_vsub, !read_sum_value by (apply (H (ZZ, c)); left; reflexivity).
    rewrite ofQ_over. fold q. ring. }
  match goal with |- context [dot ?a ?b] =>
    replace (dot a b) with (q * weigh (fun ZZ => relu (sum_of_maxes x (fst ZZ) - sum_of_maxes x (snd ZZ))) comps)
      by (symmetry; exact D) end.
  clear D.
  set (L := weigh (pair_max x) lin). set (S2 := weigh (fun ZZ => sum_of_maxes x (snd ZZ)) comps).
  set (R := weigh _ comps).
  assert (C : weigh (compare x) comps = S2 + R).
  { unfold S2, R, weigh. rewrite <- sum_add. apply sum_ext. intros c _. unfold compare.
    rewrite fmax_relu. ring. }
  unfold combination. rewrite C. fold L.
  replace (- (1) * (L + S2)) with (- (L + S2)) by ring.
  rewrite (relu_opp K (L + S2)).
  transitivity ((ofZ (Zpos scale_) * q) * (R + (L + S2))); [ring|]. rewrite Q1. ring.
Qed.
End Value.
End TheNetwork.
