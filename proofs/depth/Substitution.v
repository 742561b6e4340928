(** * One more hidden layer for n/2 times as many inputs

    An identity for n inputs holds for all numbers, so for x_i = the max of a group of h inputs. Every
    max(x_i, x_j) is then the max of 2h inputs. So if k hidden layers take the max of g numbers, then
    k + 1 take the max of n * (g / 2): the pair maxes come from copies of the network for g side by
    side, k layers; the comparisons are layer k + 1. With n = 10 each layer multiplies the inputs by 5
    ([Substitution10.v]); doubling ([Deeper.v]) multiplies them by 2. *)

From Coq Require Import List Arith ZArith QArith Ring Permutation Lia Bool.
From Maxpooling Require Import OrderedField Network Maximum Assignments Ranks Relabel Checker Forms Identity Verify Deeper.
Import ListNotations.
Open Scope list_scope.

(** ** Networks side by side, of any depth: each reads its own inputs *)
Fixpoint join (a b : nat) (ls ms : list layer) : list layer :=
  match ls, ms with
  | l :: ls', m :: ms' =>
      (map (pad_right b) l ++ map (pad_left a) m) :: join (length l) (length m) ls' ms'
  | _, _ => []
  end.
(** [c] copies of the layers [ls], which read [a] values. *)
Fixpoint copies (a : nat) (ls : list layer) (c : nat) : list layer :=
  match c with O => map (fun _ => []) ls | S c' => join a (c' * a) ls (copies a ls c') end.

(** The number of values after the layers [ls], given [a] values. *)
Fixpoint out_width (a : nat) (ls : list layer) : nat :=
  match ls with [] => a | l :: r => out_width (length l) r end.
Fixpoint chain (a : nat) (ls : list layer) : Prop :=
  match ls with [] => True | l :: r => (forall u, In u l -> length (weights u) = a) /\ chain (length l) r end.

Lemma well_formed_chain a ls out :
  well_formed_from a ls out <-> chain a ls /\ length (weights out) = out_width a ls.
Proof.
  revert a. induction ls as [|l ls IH]; intros a; simpl; [tauto|]. rewrite IH. tauto.
Qed.

Lemma join_length a b ls ms : length ls = length ms -> length (join a b ls ms) = length ls.
Proof.
  revert a b ms. induction ls as [|l ls IH]; intros a b [|m ms] H; simpl in *; try discriminate; [reflexivity|].
  f_equal. apply IH. lia.
Qed.
Lemma join_chain a b ls ms : length ls = length ms -> chain a ls -> chain b ms -> chain (a + b) (join a b ls ms).
Proof.
  revert a b ms. induction ls as [|l ls IH]; intros a b [|m ms] H C D; simpl in *; try discriminate; [exact I|].
  destruct C as [C1 C2], D as [D1 D2]. split.
  - intros u Hu. apply in_app_or in Hu. destruct Hu as [Hu|Hu]; apply in_map_iff in Hu;
      destruct Hu as [v [<- Hv]]; simpl; rewrite app_length, repeat_length; [rewrite C1|rewrite D1]; auto.
  - rewrite app_length, !map_length. apply IH; try assumption. lia.
Qed.
Lemma join_width a b ls ms : length ls = length ms ->
  out_width (a + b) (join a b ls ms) = (out_width a ls + out_width b ms)%nat.
Proof.
  revert a b ms. induction ls as [|l ls IH]; intros a b [|m ms] H; simpl in *; try discriminate; [reflexivity|].
  rewrite app_length, !map_length. apply IH. lia.
Qed.

Lemma copies_length a ls c : length (copies a ls c) = length ls.
Proof.
  induction c as [|c IH]; simpl; [apply map_length|]. apply join_length. symmetry. exact IH.
Qed.
Lemma no_copies_chain ls : forall a, chain a (map (fun _ : layer => [] : layer) ls).
Proof. induction ls as [|l ls IH]; intros a; simpl; [exact I|]. split; [intros u []|apply IH]. Qed.
Lemma copies_chain a ls c : chain a ls -> chain (c * a) (copies a ls c).
Proof.
  intros H. induction c as [|c IH]; simpl; [apply no_copies_chain|].
  apply join_chain; try assumption. symmetry. apply copies_length.
Qed.
Lemma no_copies_width ls : out_width 0 (map (fun _ : layer => [] : layer) ls) = 0%nat.
Proof. induction ls as [|l ls IH]; simpl; [reflexivity|exact IH]. Qed.
Lemma copies_width a ls c : out_width (c * a) (copies a ls c) = (c * out_width a ls)%nat.
Proof.
  induction c as [|c IH]; simpl; [apply no_copies_width|]. rewrite join_width, IH; [reflexivity|].
  symmetry. apply copies_length.
Qed.

(** A neuron that reads, with the weights of [u], the outputs of the copies; [out] is the output
    neuron of each copy. *)
Definition spread (out : neuron) (u : neuron) : neuron :=
  Neuron (flat_map (fun q => map (Qmult q) (weights out)) (weights u))
         (fold_right (fun q b => (q * bias out + b)%Q) (bias u) (weights u)).

Lemma spread_length w out u : length (weights out) = w -> length (weights (spread out u)) = (length (weights u) * w)%nat.
Proof.
  intros H. unfold spread. cbn [weights]. induction (weights u) as [|q l IH]; simpl; [reflexivity|].
  rewrite app_length, map_length, IH, H. reflexivity.
Qed.

Section Copies.
Variable K : ofield.
Add Ring K_ring : (f_ring K).
Local Open Scope of_scope.

Definition run_layers (ls : list layer) (x : list K) : list K := fold_left apply_layer ls x.

Lemma run_layers_length ls x : length (run_layers ls x) = out_width (length x) ls.
Proof.
  revert x. induction ls as [|l ls IH]; intros x; simpl; [reflexivity|].
  unfold run_layers in *. cbn [fold_left]. rewrite IH. unfold apply_layer. rewrite map_length. reflexivity.
Qed.

Lemma run_join a b ls ms (x y : list K) : length ls = length ms -> chain a ls -> chain b ms ->
  length x = a -> length y = b ->
  run_layers (join a b ls ms) (x ++ y) = run_layers ls x ++ run_layers ms y.
Proof.
  revert a b ms x y. induction ls as [|l ls IH]; intros a b [|m ms] x y H C D Hx Hy; simpl in *; try discriminate; [reflexivity|].
  destruct C as [C1 C2], D as [D1 D2]. unfold run_layers in *. cbn [fold_left].
  assert (E : apply_layer (x ++ y) (map (pad_right b) l ++ map (pad_left a) m) = apply_layer x l ++ apply_layer y m).
  { unfold apply_layer. rewrite map_app, !map_map. f_equal; apply map_ext_in; intros u Hu;
      unfold affine, pad_right, pad_left; cbn [weights bias]; f_equal; f_equal.
    - apply dot_app_zeros. rewrite (C1 u Hu). symmetry. exact Hx.
    - apply dot_zeros_app. exact Hx. }
  rewrite E. apply IH; try assumption; try lia; unfold apply_layer; apply map_length.
Qed.

Lemma run_no_copies ls : run_layers (map (fun _ : layer => [] : layer) ls) ([] : list K) = [].
Proof. induction ls as [|l ls IH]; [reflexivity|exact IH]. Qed.

Lemma run_copies a ls (xs : list (list K)) : chain a ls -> (forall x, In x xs -> length x = a) ->
  run_layers (copies a ls (length xs)) (concat xs) = concat (map (run_layers ls) xs).
Proof.
  intros C. induction xs as [|x xs IH]; intros H; [apply run_no_copies|]. cbn [length copies concat map].
  assert (L : length (concat xs) = (length xs * a)%nat).
  { assert (H' : forall y, In y xs -> length y = a) by (intros; apply H; right; assumption).
    clear - H'. induction xs as [|y xs IH]; simpl; [reflexivity|]. rewrite app_length, IH.
    - rewrite (H' y) by (left; reflexivity). reflexivity.
    - intros z Hz. apply H'. right. exact Hz. }
  rewrite run_join.
  - f_equal. apply IH. intros y Hy. apply H. right. exact Hy.
  - symmetry. apply copies_length.
  - exact C.
  - apply copies_chain, C.
  - apply H. left. reflexivity.
  - exact L.
Qed.

Lemma dot_map_Qmult q w (h : list K) : dot (map (Qmult q) w) h = ofQ q * dot w h.
Proof.
  revert h. induction w as [|p w IH]; intros [|a h]; cbn [map dot]; try ring. rewrite IH, ofQ_mul. ring.
Qed.

Lemma affine_spread out u (hs : list (list K)) : length hs = length (weights u) ->
  (forall h, In h hs -> length h = length (weights out)) ->
  affine (spread out u) (concat hs) = affine u (map (affine out) hs).
Proof.
  unfold affine, spread. cbn [weights bias]. revert hs. generalize (weights u) as l. intros l.
  induction l as [|q l IH]; intros [|h hs] H1 H2; simpl in H1; try discriminate; [reflexivity|].
  cbn [flat_map concat map fold_right dot]. rewrite dot_app.
  - rewrite dot_map_Qmult, ofQ_add, ofQ_mul. specialize (IH hs).
    replace (dot (flat_map (fun q0 => map (Qmult q0) (weights out)) l) (concat hs))
      with (dot l (map (fun x => dot (weights out) x + ofQ (bias out)) hs) + ofQ (bias u)
            - ofQ (fold_right (fun q0 b => (q0 * bias out + b)%Q) (bias u) l)).
    + ring.
    + rewrite <- IH; [ring|lia|]. intros h' Hh. apply H2. right. exact Hh.
  - rewrite map_length. symmetry. apply H2. left. reflexivity.
Qed.
End Copies.
Arguments run_layers {K} ls x.

(** ** A network, applied to several lists of linear forms, and one more layer on the results *)
Section Above.
Variable n g : nat.
Variable N : network.
Variable Ws : list (list form).
Variable above : layer.
Variable out : neuron.
Definition network_above : network :=
  network_through n (concat Ws)
    (Network (copies g (hidden N) (length Ws) ++ [map (spread (output N)) above]) out).

Hypothesis HN : well_formed g N.
Hypothesis HW : forall W, In W Ws -> length W = g /\ forall w, In w W -> length w = n.
Hypothesis HA : forall u, In u above -> length (weights u) = length Ws.
Hypothesis HO : length (weights out) = length above.

Lemma chain_app a ls l : chain a ls -> (forall u, In u l -> length (weights u) = out_width a ls) ->
  chain a (ls ++ [l]).
Proof.
  revert a. induction ls as [|m ls IH]; intros a C H; simpl in *; [split; [exact H|exact I]|].
  destruct C as [C1 C2]. split; [exact C1|]. apply IH; assumption.
Qed.
Lemma width_app a ls l : out_width a (ls ++ [l]) = length l.
Proof. revert a. induction ls as [|m ls IH]; intros a; simpl; [reflexivity|apply IH]. Qed.

Lemma concat_length_g : length (concat Ws) = (length Ws * g)%nat.
Proof.
  assert (H : forall W, In W Ws -> length W = g) by (intros; apply HW; assumption). clear - H.
  induction Ws as [|W l IH]; simpl; [reflexivity|]. rewrite app_length, IH.
  - rewrite (H W) by (left; reflexivity). reflexivity.
  - intros V HV. apply H. right. exact HV.
Qed.

Lemma network_above_well_formed : well_formed n network_above.
Proof.
  apply network_through_well_formed.
  - intros w Hw. apply in_concat in Hw. destruct Hw as [W [H1 H2]]. apply (HW W H1), H2.
  - apply well_formed_chain in HN. destruct HN as [C1 C2].
    unfold well_formed. cbn [hidden output]. apply well_formed_chain.
    pose proof concat_length_g as LC. unfold form in LC |- *. rewrite LC. split.
    + apply chain_app; [apply copies_chain, C1|]. intros u Hu. apply in_map_iff in Hu.
      destruct Hu as [v [<- Hv]]. rewrite (spread_length _ _ _ C2), copies_width, (HA v Hv). reflexivity.
    + rewrite width_app, map_length. exact HO.
Qed.
Lemma network_above_depth : length (hidden network_above) = S (length (hidden N)).
Proof.
  clear. unfold network_above. rewrite network_through_depth. cbn [hidden].
  rewrite app_length, copies_length. simpl. lia.
Qed.

Lemma network_above_value (K : ofield) (x : list K) :
  eval network_above x =
  affine out (apply_layer (map (fun W => eval N (map (fun w => zdot w x) W)) Ws) above).
Proof.
  apply well_formed_chain in HN. destruct HN as [C1 C2].
  unfold network_above. rewrite eval_through. unfold eval at 1. cbn [hidden output]. f_equal.
  rewrite fold_left_app. cbn [fold_left].
  set (xs := map (map (fun w => zdot w x)) Ws).
  assert (E : map (fun w => zdot w x) (concat Ws) = concat xs) by apply concat_map.
  assert (L : length xs = length Ws) by apply map_length.
  assert (G : forall y, In y xs -> length y = g).
  { intros y Hy. apply in_map_iff in Hy. destruct Hy as [W [<- HWi]]. rewrite map_length. apply (HW W HWi). }
  rewrite E, <- L. change (fold_left apply_layer (copies g (hidden N) (length xs)) (concat xs))
    with (run_layers (copies g (hidden N) (length xs)) (concat xs)).
  rewrite (run_copies K g (hidden N) xs C1 G).
  unfold apply_layer at 1 2. rewrite map_map. apply map_ext_in. intros u Hu. f_equal.
  rewrite affine_spread.
  - f_equal. unfold xs. rewrite !map_map. reflexivity.
  - rewrite map_length, L. symmetry. apply HA, Hu.
  - intros h Hh. apply in_map_iff in Hh. destruct Hh as [y [<- Hy]].
    rewrite run_layers_length, (G y Hy). symmetry. exact C2.
Qed.
End Above.

(** ** The comparisons of an identity, on the values of all pair maxes

    There is one value for each pair i <= j; i = j stands for x_i itself. *)
Fixpoint place (e : pair) (E : list pair) : nat :=
  match E with
  | [] => O
  | e' :: r => if ((fst e =? fst e') && (snd e =? snd e'))%nat then O else S (place e r)
  end.
Lemma nth_place (K : ofield) (f : pair -> K) e E : In e E -> nth (place e E) (map f E) f0 = f e.
Proof.
  induction E as [|e' E IH]; intros H; [contradiction|]. cbn [place map].
  destruct ((fst e =? fst e') && (snd e =? snd e'))%nat eqn:C.
  - apply andb_true_iff in C. rewrite !Nat.eqb_eq in C. destruct C as [C1 C2]. destruct e, e'. simpl in *. subst. reflexivity.
  - cbn [nth]. apply IH. destruct H as [->|H]; [|exact H]. rewrite !Nat.eqb_refl in C. discriminate.
Qed.

Section Comparisons.
Variable n : nat.
Definition all_pairs : list pair := flat_map (fun j => map (fun i => (i, j)) (seq 0 (S j))) (seq 0 n).
Lemma in_all_pairs i j : (i < n)%nat -> (j < n)%nat -> In (norm (i, j)) all_pairs.
Proof.
  intros Hi Hj. assert (H : forall a b, (a <= b)%nat -> (b < n)%nat -> In (a, b) all_pairs).
  { intros a b Hab Hb. unfold all_pairs. apply in_flat_map. exists b. split; [apply in_seq; lia|].
    apply in_map_iff. exists a. split; [reflexivity|apply in_seq; lia]. }
  unfold norm. cbn [fst snd]. destruct (i <=? j)%nat eqn:E; [apply Nat.leb_le in E|apply Nat.leb_gt in E]; apply H; lia.
Qed.
Definition width2 : nat := length all_pairs.
Definition value_form (e : pair) : form := unit_ width2 (place (norm e) all_pairs).
Definition sum_form (X : list pair) : form :=
  fold_right (fun e w => vadd (value_form e) w) (repeat 0%Z width2) X.
Definition linear_form (lin : list (pair * Z)) : form :=
  fold_right (fun e w => vadd (vscale (snd e) (value_form (fst e))) w) (repeat 0%Z width2) lin.

Variable scale_ : positive.
Variable lin : list (pair * Z).
Variable comps : list (list pair * list pair * Z).
Definition all_linear : form :=
  vadd (linear_form lin)
       (fold_right (fun c w => vadd (vscale (snd c) (sum_form (snd (fst c)))) w) (repeat 0%Z width2) comps).
Definition top_forms : list form :=
  map (fun c => vsub (sum_form (fst (fst c))) (sum_form (snd (fst c)))) comps
  ++ [all_linear; vscale (-1) all_linear].
Definition top_layer : layer := map int_neuron top_forms.
Definition top_output : neuron := Neuron (output_weights scale_ comps) 0.

Lemma fold_form_length A (f : A -> form) (l : list A) : (forall a, length (f a) = width2) ->
  length (fold_right (fun a w => vadd (f a) w) (repeat 0%Z width2) l) = width2.
Proof.
  intros H. induction l as [|a l IH]; simpl; [apply repeat_length|]. apply vadd_length; auto.
Qed.
Lemma value_form_length e : length (value_form e) = width2.
Proof. apply unit_length. Qed.
Lemma sum_form_length X : length (sum_form X) = width2.
Proof. apply fold_form_length, value_form_length. Qed.
Lemma all_linear_length : length all_linear = width2.
Proof.
  apply vadd_length; apply fold_form_length; intros; rewrite vscale_length;
    [apply value_form_length|apply sum_form_length].
Qed.
Lemma top_layer_weights u : In u top_layer -> length (weights u) = width2.
Proof.
  intros Hu. apply in_map_iff in Hu. destruct Hu as [w [<- Hw]]. cbn [weights int_neuron].
  rewrite map_length. unfold top_forms in Hw. rewrite in_app_iff, in_map_iff in Hw.
  destruct Hw as [[c [<- _]]|[<-|[<-|[]]]].
  - apply vsub_length; apply sum_form_length.
  - apply all_linear_length.
  - rewrite vscale_length. apply all_linear_length.
Qed.
Lemma top_output_weights : length (weights top_output) = length top_layer.
Proof.
  unfold top_output, top_layer, top_forms, output_weights. cbn [weights].
  rewrite map_length, !app_length, !map_length. reflexivity.
Qed.

Section Value.
Variable K : ofield.
Add Ring K_ring2 : (f_ring K).
Local Open Scope of_scope.
Variable x : list K.
Variable f : pair -> K.
Hypothesis HP : forall i j, (i < n)%nat -> (j < n)%nat -> f (i, j) = pair_max x (i, j).
Hypothesis HR : in_range n lin comps.
Let v : list K := map f all_pairs.

Lemma value_form_value e : (fst e < n)%nat -> (snd e < n)%nat -> zdot (value_form e) v = pair_max x e.
Proof.
  destruct e as [i j]. cbn [fst snd]. intros Hi Hj. unfold value_form.
  replace width2 with (length v) by (unfold v, width2; apply map_length). rewrite zdot_unit.
  unfold v. rewrite nth_place by (apply in_all_pairs; assumption).
  unfold norm. cbn [fst snd]. destruct (i <=? j)%nat; rewrite HP by assumption; [reflexivity|].
  unfold pair_max. cbn [fst snd]. apply fmax_comm.
Qed.
Lemma sum_form_value X : below n X -> zdot (sum_form X) v = sum_of_maxes x X.
Proof.
  induction X as [|e X IH]; intros H; unfold sum_form, sum_of_maxes in *; simpl.
  - apply zdot_zeros.
  - rewrite zdot_vadd, IH by (intros e' He; apply H; right; exact He).
    rewrite value_form_value by (apply H; left; reflexivity). reflexivity.
Qed.
Lemma linear_form_value : zdot (linear_form lin) v = weigh (pair_max x) lin.
Proof.
  destruct HR as [H _]. unfold linear_form, weigh. clear HR. induction lin as [|[e c] l IH]; simpl.
  - apply zdot_zeros.
  - rewrite zdot_vadd, zdot_vscale, value_form_value by (apply H; left; reflexivity).
    rewrite IH by (intros e' He; apply H; right; exact He). ring.
Qed.
Lemma all_linear_value :
  zdot all_linear v = weigh (pair_max x) lin + weigh (fun ZZ => sum_of_maxes x (snd ZZ)) comps.
Proof.
  unfold all_linear. rewrite zdot_vadd, linear_form_value. f_equal. destruct HR as [_ H]. clear HR.
  unfold weigh. induction comps as [|[ZZ c] l IH]; simpl.
  - apply zdot_zeros.
  - rewrite zdot_vadd, zdot_vscale, sum_form_value by (apply (H (ZZ, c)); left; reflexivity).
    rewrite IH by (intros c' Hc; apply H; right; exact Hc). ring.
Qed.

Theorem top_value : ofZ (Zpos scale_) * affine top_output (apply_layer v top_layer) = combination lin comps x.
Proof.
  unfold top_output, affine. cbn [weights bias]. change (ofQ 0) with (@ofQ K (0 # 1)). rewrite ofQ_Z, ofZ_0.
  unfold apply_layer, top_layer. rewrite map_map. unfold top_forms, output_weights. rewrite map_app.
  rewrite dot_app by (rewrite !map_length; reflexivity).
  cbn [map dot]. rewrite !affine_int, zdot_vscale, ofZ_m1, all_linear_value, !ofQ_over, ofZ_1, ofZ_m1.
  set (q := finv (ofZ (Zpos scale_)) : K).
  assert (Q1 : ofZ (Zpos scale_) * q = 1).
  { unfold q. replace (ofZ (Zpos scale_) * _) with (finv (ofZ (Zpos scale_)) * ofZ (Zpos scale_) : K) by ring.
    apply finv_l. apply ofZ_pos_neq_0. lia. }
  assert (D : dot (map (fun c => snd c # scale_) comps)
     (map (fun w => relu (affine (int_neuron w) v))
        (map (fun c => vsub (sum_form (fst (fst c))) (sum_form (snd (fst c)))) comps)) =
     q * weigh (fun ZZ => relu (sum_of_maxes x (fst ZZ) - sum_of_maxes x (snd ZZ))) comps).
  { destruct HR as [_ H]. clear HR. unfold weigh. induction comps as [|[ZZ c] l IH]; simpl; [ring|].
    rewrite IH by (intros c' Hc; apply H; right; exact Hc).
    rewrite affine_int, zdot_vsub, !sum_form_value by (apply (H (ZZ, c)); left; reflexivity).
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
End Comparisons.

(** ** Groups of inputs *)
Section Groups.
Variable n h g : nat.
Hypothesis Hh : (1 <= h)%nat.
Hypothesis Hg : (2 * h <= g)%nat.

(** Input t of the copy for the pair (i, j): group i, then group j, then the first of group i again. *)
Definition slot (e : pair) (t : nat) : nat :=
  if (t <? h)%nat then fst e * h + t else if (t <? 2 * h)%nat then snd e * h + (t - h) else fst e * h.
Definition forms_of (e : pair) : list form := map (fun t => unit_ (n * h) (slot e t)) (seq 0 g).

Lemma forms_of_lengths e : length (forms_of e) = g /\ forall w, In w (forms_of e) -> length w = (n * h)%nat.
Proof.
  split; [unfold forms_of; rewrite map_length, seq_length; reflexivity|]. intros w Hw.
  apply in_map_iff in Hw. destruct Hw as [t [<- _]]. apply unit_length.
Qed.

Section Values.
Variable K : ofield.
Variable x : list K.
Hypothesis Hx : length x = (n * h)%nat.
Definition group (i : nat) : list K := map (fun t => nth (i * h + t) x f0) (seq 0 h).
Definition group_max (i : nat) : K := maximum (group i).
Definition group_maxes : list K := map group_max (seq 0 n).

Lemma group_max_is_max i : is_max (group_max i) (group i).
Proof.
  apply maximum_is_max. unfold group. destruct h; [lia|]. discriminate.
Qed.
Lemma group_maxes_length : length group_maxes = n.
Proof. unfold group_maxes. rewrite map_length, seq_length. reflexivity. Qed.
Lemma group_maxes_entry i : (i < n)%nat -> entry group_maxes i = group_max i.
Proof.
  intros Hi. unfold entry, group_maxes.
  rewrite (nth_indep _ f0 (group_max 0)) by (rewrite map_length, seq_length; exact Hi).
  rewrite map_nth, seq_nth by exact Hi. reflexivity.
Qed.

Lemma forms_of_values e : map (fun w => zdot w x) (forms_of e) = map (fun t => nth (slot e t) x f0) (seq 0 g).
Proof. unfold forms_of. rewrite map_map. apply map_ext. intros t. rewrite <- Hx. apply zdot_unit. Qed.

(** What a copy reads are the inputs of the two groups. *)
Lemma forms_of_max i j : is_max (fmax (group_max i) (group_max j)) (map (fun w => zdot w x) (forms_of (i, j))).
Proof.
  rewrite forms_of_values.
  assert (G : forall a, In a (map (fun t => nth (slot (i, j) t) x f0) (seq 0 g)) <-> In a (group i) \/ In a (group j)).
  { intros a. unfold group. rewrite !in_map_iff. split.
    - intros [t [<- Ht]]. unfold slot. cbn [fst snd]. destruct (t <? h)%nat eqn:E1; [|destruct (t <? 2 * h)%nat eqn:E2].
      + apply Nat.ltb_lt in E1. left. exists t. split; [reflexivity|apply in_seq; lia].
      + apply Nat.ltb_ge in E1. apply Nat.ltb_lt in E2. right. exists (t - h)%nat. split; [reflexivity|apply in_seq; lia].
      + left. exists O. split; [f_equal; lia|apply in_seq; lia].
    - intros [[t [<- Ht]]|[t [<- Ht]]]; apply in_seq in Ht.
      + exists t. split; [|apply in_seq; lia]. unfold slot. cbn [fst snd].
        replace (t <? h)%nat with true by (symmetry; apply Nat.ltb_lt; lia). reflexivity.
      + exists (h + t)%nat. split; [|apply in_seq; lia]. unfold slot. cbn [fst snd].
        replace (h + t <? h)%nat with false by (symmetry; apply Nat.ltb_ge; lia).
        replace (h + t <? 2 * h)%nat with true by (symmetry; apply Nat.ltb_lt; lia).
        f_equal. lia. }
  destruct (group_max_is_max i) as [A1 A2], (group_max_is_max j) as [B1 B2].
  destruct (fle_total K (group_max i) (group_max j)) as [L|L].
  - rewrite fmax_r by exact L. split; [apply G; right; exact B1|]. intros a Ha. apply G in Ha.
    destruct Ha as [Ha|Ha]; [apply fle_trans with (group_max i); [apply A2, Ha|exact L]|apply B2, Ha].
  - rewrite fmax_l by exact L. split; [apply G; left; exact A1|]. intros a Ha. apply G in Ha.
    destruct Ha as [Ha|Ha]; [apply A2, Ha|apply fle_trans with (group_max j); [apply B2, Ha|exact L]].
Qed.

Lemma all_maxes m : is_max m group_maxes -> is_max m x.
Proof.
  apply is_max_same.
  - intros b Hb. apply (In_nth _ _ f0) in Hb. destruct Hb as [p [Hp <-]]. rewrite Hx in Hp.
    pose proof (Nat.div_mod p h) as D. assert (M : (p mod h < h)%nat) by (apply Nat.mod_upper_bound; lia).
    assert (Q : (p / h < n)%nat) by (apply Nat.div_lt_upper_bound; lia).
    exists (group_max (p / h)). split.
    + apply in_map_iff. exists (p / h)%nat. split; [reflexivity|apply in_seq; lia].
    + apply group_max_is_max. apply in_map_iff. exists (p mod h)%nat. split; [f_equal; lia|apply in_seq; lia].
  - intros c Hc. apply in_map_iff in Hc. destruct Hc as [i [<- Hi]]. apply in_seq in Hi.
    destruct (group_max_is_max i) as [A _]. apply in_map_iff in A. destruct A as [t [<- Ht]].
    apply in_seq in Ht. apply nth_In. nia.
Qed.
End Values.
End Groups.

(** ** The theorem *)

(** The network: a copy of N, which takes the max of g numbers, for each pair of groups; the comparisons above. *)
Definition substituted (I : identity) (g : nat) (N : network) : network :=
  let n := inputs I in let h := (g / 2)%nat in
  network_above (n * h) g N (map (forms_of n h g) (all_pairs n))
    (top_layer n (linear_part I) (comparisons I)) (top_output (scale I) (comparisons I)).

Section Substituted.
Variable I : identity.
Variable g : nat.
Variable N : network.
Hypothesis HC : check I = true.
Hypothesis Hg2 : (2 <= g)%nat.
Hypothesis HN : well_formed g N.
Let n := inputs I.
Let h := (g / 2)%nat.
Let Ws := map (forms_of n h g) (all_pairs n).

Lemma Ws_length : length Ws = width2 n.
Proof. apply map_length. Qed.
Lemma Ws_lengths W : In W Ws -> length W = g /\ forall w, In w W -> length w = (n * h)%nat.
Proof. intros HW. apply in_map_iff in HW. destruct HW as [e [<- _]]. apply forms_of_lengths. Qed.
Lemma top_reads u : In u (top_layer n (linear_part I) (comparisons I)) -> length (weights u) = length Ws.
Proof. intros Hu. rewrite Ws_length. apply (top_layer_weights _ _ _ _ Hu). Qed.

Theorem substituted_well_formed : well_formed (inputs I * (g / 2)) (substituted I g N).
Proof.
  apply network_above_well_formed; [exact HN|exact Ws_lengths|exact top_reads|].
  exact (top_output_weights n (scale I) (linear_part I) (comparisons I)).
Qed.
Theorem substituted_depth : length (hidden (substituted I g N)) = S (length (hidden N)).
Proof. apply network_above_depth. Qed.

(** Its widths: a copy of every layer of N for each of the n (n + 1) / 2 pairs; a neuron for each comparison, and two. *)
Lemma all_pairs_length m : (2 * length (all_pairs m) = m * (m + 1))%nat.
Proof.
  unfold all_pairs. induction m as [|m IH]; [reflexivity|].
  rewrite seq_S, flat_map_app, app_length. cbn [Nat.add flat_map]. rewrite app_nil_r, map_length, seq_length. lia.
Qed.
Lemma join_widths a b ls ms : length ls = length ms ->
  map (@length neuron) (join a b ls ms) = map (fun p => (length (fst p) + length (snd p))%nat) (combine ls ms).
Proof.
  revert a b ms. induction ls as [|l ls IH]; intros a b [|m ms] H; simpl in *; try discriminate; [reflexivity|].
  rewrite app_length, !map_length, IH by lia. reflexivity.
Qed.
Lemma copies_widths a ls c : map (@length neuron) (copies a ls c) = map (fun l => (c * length l)%nat) ls.
Proof.
  induction c as [|c IH]; cbn [copies].
  - rewrite map_map. apply map_ext. reflexivity.
  - rewrite join_widths by (symmetry; apply copies_length). revert IH. generalize (copies a ls c) as ms. clear.
    induction ls as [|l ls IH]; intros [|m ms] E; simpl in *; try discriminate; [reflexivity|].
    injection E as E1 E2. rewrite IH by exact E2. rewrite E1. reflexivity.
Qed.
Theorem substituted_widths : map (@length neuron) (hidden (substituted I g N))
  = map (fun l => (length (all_pairs (inputs I)) * length l)%nat) (hidden N) ++ [(length (comparisons I) + 2)%nat].
Proof.
  unfold substituted, network_above, network_through. cbn [hidden].
  assert (M : forall (n0 : nat) W l r, map (@length neuron) (map (neuron_through n0 W) l :: r) = map (@length neuron) (l :: r)).
  { intros n0 W l r. cbn [map]. rewrite map_length. reflexivity. }
  assert (E : map (@length neuron) (copies g (hidden N) (length Ws)
                ++ [map (spread (output N)) (top_layer n (linear_part I) (comparisons I))])
    = map (fun l => (length (all_pairs n) * length l)%nat) (hidden N) ++ [(length (comparisons I) + 2)%nat]).
  { rewrite map_app, copies_widths, Ws_length. cbn [map]. unfold top_layer, top_forms.
    rewrite !map_length, app_length, map_length. reflexivity. }
  fold n h Ws. destruct (copies g (hidden N) (length Ws) ++ [map (spread (output N)) (top_layer n (linear_part I) (comparisons I))])
    as [|l r] eqn:D; cbn [hidden]; [exact E|]. rewrite M. exact E.
Qed.

Theorem substituted_computes_max (K : ofield) : computes_max K g N -> computes_max K (inputs I * (g / 2)) (substituted I g N).
Proof.
  intros N3 x Hx. fold n in Hx. fold h in Hx.
  assert (Hh : (1 <= h)%nat) by (apply Nat.div_le_lower_bound; lia).
  assert (Hg : (2 * h <= g)%nat) by (apply Nat.mul_div_le; lia).
  set (top := top_layer n (linear_part I) (comparisons I)).
  set (out := top_output (scale I) (comparisons I)).
  change (substituted I g N) with (network_above (n * h) g N Ws top out).
  rewrite network_above_value; [|exact HN|exact Ws_lengths|exact top_reads].
  set (v := map (fun W => eval N (map (fun w => zdot w x) W)) Ws).
  set (X := group_maxes n h K x).
  assert (LX : length X = n) by apply group_maxes_length.
  destruct (identity_holds I HC K X LX) as [m [Hm E]].
  assert (Em : (ofZ (Zpos (scale I)) * affine out (apply_layer v top) = ofZ (Zpos (scale I)) * m :> K)%of).
  { rewrite <- E. unfold right_side, v, Ws. rewrite map_map. apply (top_value n).
    - intros i j Hi Hj. unfold pair_max. cbn [fst snd].
      unfold X. rewrite !group_maxes_entry by assumption.
      apply (is_max_unique K) with (map (fun w => zdot w x) (forms_of n h g (i, j))).
      + apply N3. rewrite map_length. apply forms_of_lengths.
      + apply forms_of_max; assumption.
    - apply combination_in_range, HC. }
  apply fmul_cancel in Em; [|apply ofZ_pos_neq_0; lia]. rewrite Em.
  eapply all_maxes; eassumption.
Qed.
End Substituted.

Theorem substitution (I : identity) (k g : nat) : check I = true -> (2 <= g)%nat ->
  can k g -> can (S k) (inputs I * (g / 2)).
Proof.
  intros HC Hg [N [N1 [N2 N3]]]. exists (substituted I g N). split; [|split].
  - rewrite substituted_depth, N1. reflexivity.
  - apply substituted_well_formed; assumption.
  - intros K. apply substituted_computes_max; [exact HC|exact Hg|exact N2|exact (N3 K)].
Qed.

(** Again and again: with an identity for n = 2 m inputs, [can k (2 * p)] gives [can (k + j) (2 * p * m ^ j)]. *)
Theorem substitution_often (I : identity) (k m p : nat) : check I = true -> inputs I = (2 * m)%nat -> (1 <= p)%nat ->
  can k (2 * p) -> forall j q, (1 <= q <= 2 * p * m ^ j)%nat -> can (j + k) q.
Proof.
  intros HC HI Hp H.
  assert (Hm : (1 <= m)%nat).
  { destruct (check_parts I HC) as [Hn _]. destruct m as [|m']; [exfalso; apply Hn; exact HI|lia]. }
  assert (G : forall j, can (j + k) (2 * (p * m ^ j))).
  { induction j as [|j IH].
    - replace (2 * (p * m ^ 0))%nat with (2 * p)%nat by (simpl; lia). exact H.
    - assert (P : (1 <= m ^ j)%nat) by (apply Nat.neq_0_lt_0, Nat.pow_nonzero; lia).
      cbn [Nat.add]. apply (substitution I) in IH; [|exact HC|nia].
      assert (D : (2 * (p * m ^ j) / 2 = p * m ^ j)%nat).
      { rewrite (Nat.mul_comm 2). apply Nat.div_mul. lia. }
      rewrite D, HI in IH. replace (2 * (p * m ^ S j))%nat with (2 * m * (p * m ^ j))%nat by (cbn [Nat.pow]; ring).
      exact IH. }
  intros j q Hq. apply fewer_inputs with (2 * (p * m ^ j))%nat; [lia|apply G].
Qed.
