(** * How deep networks of pairwise maxima must be: ceil(log2 d) layers, no fewer

    The paper's own class: every neuron is the maximum of two inputs or earlier neurons, the output is a
    combination of inputs, neurons and a constant. In this class the maximum of d inputs needs
    ceil(log2 d) layers, and that many do ([pairwise_depth]). With k layers and 2^k < d nothing in the
    class is nearer to it on the cube than 2^-d ([pairwise_error]), and the least error of the class is
    the one of the linear program for the orders 1 to 2^k ([pairwise_program], Theorem M of the book).

    The proof. A neuron of layer k reads at most 2^k inputs; then Theorem B. *)

From Coq Require Import List Arith ZArith QArith Ring Lia Bool.
From Maxpooling Require Import OrderedField Network Maximum Approximation OneOrder UnionClosed Functions Program Tree.
Import ListNotations.
Open Scope list_scope.

Section Field.
Variable K : ofield.
Add Ring K_ring : (f_ring K).
Local Open Scope of_scope.

(** [pairwise d k f]: after at most k layers of pairwise maxima some neuron has the value f. *)
Inductive pairwise (d : nat) : nat -> (list K -> K) -> Prop :=
| an_input k i : (i < d)%nat -> pairwise d k (fun x => nth i x 0)
| an_earlier k f : pairwise d k f -> pairwise d (S k) f
| a_maximum k f g : pairwise d k f -> pairwise d k g -> pairwise d (S k) (fun x => fmax (f x) (g x)).
(** A combination of such values: its constant, and pairs of a coefficient and a function. *)
Definition combination (b0 : K) (L : list (K * (list K -> K))) (x : list K) : K :=
  b0 + sum (fun p => fst p * snd p x) L.

(** ** What a neuron reads *)
Lemma maximum_app (u v : list K) : u <> [] -> v <> [] -> fmax (maximum u) (maximum v) = maximum (u ++ v).
Proof.
  intros U V. destruct (maximum_is_max K u U) as [A1 A2]. destruct (maximum_is_max K v V) as [B1 B2].
  apply (is_max_unique K) with (u ++ v); [|apply maximum_is_max; destruct u; [congruence|discriminate]].
  destruct (fle_total K (maximum u) (maximum v)) as [L|L]; [rewrite fmax_r by exact L|rewrite fmax_l by exact L]; split.
  - apply in_or_app. right. exact B1.
  - intros c Hc. apply in_app_or in Hc. destruct Hc as [Hc|Hc]; [apply fle_trans with (maximum u)|]; auto.
  - apply in_or_app. left. exact A1.
  - intros c Hc. apply in_app_or in Hc. destruct Hc as [Hc|Hc]; [|apply fle_trans with (maximum v)]; auto.
Qed.
Lemma pairwise_is_a_subpool d k f : pairwise d k f ->
  exists I, I <> [] /\ (length I <= 2 ^ k)%nat /\ (forall i, In i I -> (i < d)%nat) /\
    forall x, f x = maximum (map (fun i => nth i x 0) I).
Proof.
  induction 1 as [k i Hi|k f _ [I [I1 [I2 [I3 I4]]]]|k f g _ [I [I1 [I2 [I3 I4]]]] _ [J [J1 [J2 [J3 J4]]]]].
  - exists [i]. repeat split; [discriminate| |intros j [<-|[]]; exact Hi]. cbn [length].
    apply Nat.neq_0_lt_0, Nat.pow_nonzero. lia.
  - exists I. repeat split; try assumption. cbn [Nat.pow]. lia.
  - exists (I ++ J). repeat split.
    + destruct I; [congruence|discriminate].
    + rewrite app_length. cbn [Nat.pow]. lia.
    + intros i Hi. apply in_app_or in Hi. destruct Hi; auto.
    + intros x. rewrite I4, J4, map_app. apply maximum_app; [destruct I|destruct J]; (congruence || discriminate).
Qed.
Lemma subpool_is_pairwise d k I : I <> [] -> (length I <= 2 ^ k)%nat -> (forall i, In i I -> (i < d)%nat) ->
  exists f, pairwise d k f /\ forall x, f x = maximum (map (fun i => nth i x 0) I).
Proof.
  revert I. induction k as [|k IH]; intros I H1 H2 H3.
  - destruct I as [|i [|j I]]; [congruence| |cbn in H2; lia]. exists (fun x => nth i x 0).
    split; [apply an_input, H3; left; reflexivity|reflexivity].
  - destruct I as [|i [|j I]]; [congruence| |].
    + exists (fun x => nth i x 0). split; [apply an_input, H3; left; reflexivity|reflexivity].
    + set (l := i :: j :: I) in *. set (h := (length l / 2)%nat).
      assert (L2 : (2 <= length l)%nat) by (unfold l; cbn; lia).
      pose proof (Nat.div_mod (length l) 2) as D. pose proof (Nat.mod_upper_bound (length l) 2) as M.
      fold h in D. cbn [Nat.pow] in H2. assert (Hh : (1 <= h <= 2 ^ k)%nat) by lia.
      assert (Hr : (1 <= length l - h <= 2 ^ k)%nat).
      { split; [lia|]. destruct (Nat.eq_dec (length l mod 2) 0); [lia|]. assert (length l mod 2 = 1)%nat by lia.
        destruct (Nat.eq_dec h (2 ^ k)); lia. }
      destruct (IH (firstn h l)) as [f [F1 F2]].
      { intros E. apply (f_equal (@length nat)) in E. rewrite firstn_length in E. cbn [length] in E. lia. }
      { rewrite firstn_length. lia. }
      { intros q Hq. apply H3. rewrite <- (firstn_skipn h l). apply in_or_app. left. exact Hq. }
      destruct (IH (skipn h l)) as [g [G1 G2]].
      { intros E. apply (f_equal (@length nat)) in E. rewrite skipn_length in E. cbn [length] in E. lia. }
      { rewrite skipn_length. lia. }
      { intros q Hq. apply H3. rewrite <- (firstn_skipn h l). apply in_or_app. right. exact Hq. }
      exists (fun x => fmax (f x) (g x)). split; [apply a_maximum; assumption|]. intros x. rewrite F2, G2.
      rewrite <- (firstn_skipn h l) at 3. rewrite map_app. apply maximum_app; intros E; apply (f_equal (@length K)) in E;
        rewrite map_length in E; [rewrite firstn_length in E|rewrite skipn_length in E]; cbn [length] in E; lia.
Qed.

(** ** Too few layers *)
Theorem pairwise_error d k b0 L e : (2 ^ k < d)%nat -> (forall p, In p L -> pairwise d k (snd p)) ->
  error_at_most K d (combination b0 L) e -> half_to K d <= e.
Proof.
  intros Hk HL HE. assert (P2 : (2 ^ k <> 0)%nat) by (apply Nat.pow_nonzero; lia).
  apply (lower_bound_any K d (option (K * (list K -> K))) (fun o x => match o with None => b0 | Some p => fst p * snd p x end)
    (None :: map Some L)); [lia| |].
  - intros o [<-|Ho].
    + exists O. split; [lia|]. intros v w a b _. reflexivity.
    + apply in_map_iff in Ho. destruct Ho as [p [<- Hp]]. destruct (pairwise_is_a_subpool d k (snd p) (HL p Hp)) as [I [_ [I2 [_ I4]]]].
      destruct (missing d I) as [j [Hj Hn]]; [lia|]. exists j. split; [exact Hj|]. intros v w a b Hv. f_equal. rewrite !I4. f_equal.
      apply map_ext_in. intros i Hi. apply nth_other. rewrite Hv. intros ->. contradiction.
  - intros x Hx. cbn [sum]. rewrite sum_map. apply HE, Hx.
Qed.

(** The maximum itself: ceil(log2 d) layers, no fewer. *)
Theorem pairwise_depth d k : (1 <= d)%nat ->
  (exists b0 L, (forall p, In p L -> pairwise d k (snd p)) /\ forall x, length x = d -> combination b0 L x = maximum x)
  <-> (Nat.log2_up d <= k)%nat.
Proof.
  intros Hd. rewrite log2_up_is_the_ceiling by exact Hd. split.
  - intros [b0 [L [HL HE]]]. destruct (Nat.le_gt_cases d (2 ^ k)) as [H|H]; [exact H|]. exfalso.
    assert (P : half_to K d <= 0).
    { apply (pairwise_error d k b0 L 0 H HL). intros x [Hx _]. rewrite (HE x Hx).
      replace (maximum x - maximum x) with (0 : K) by ring. replace (- 0) with (0 : K) by ring. split; apply fle_refl. }
    apply (@f1_neq_0 K). rewrite <- (half_to_spec K d).
    replace (half_to K d) with (0 : K) by (apply fle_antisym; [apply half_to_nonneg|exact P]). ring.
  - intros H. destruct (subpool_is_pairwise d k (seq 0 d)) as [f [F1 F2]].
    + destruct d; [lia|discriminate].
    + rewrite seq_length. exact H.
    + intros i Hi. apply in_seq in Hi. lia.
    + exists 0, [(1, f)]. split; [intros p [<-|[]]; exact F1|]. intros x Hx. unfold combination. cbn [sum fst snd].
      rewrite F2, <- Hx, nth_seq. ring.
Qed.

(** And the least error of k layers is the one of the linear program for the orders up to 2^k. *)
Theorem pairwise_program d k e : (0 < d)%nat -> (2 ^ k <= d)%nat ->
  (exists b0 L, (forall p, In p L -> pairwise d k (snd p)) /\ error_at_most K d (combination b0 L) e) <->
  (exists b0 b, program K d (seq 1 (2 ^ k)) b0 b e).
Proof.
  intros Hd Hk. split.
  - intros [b0 [L [HL HE]]]. apply (theorem_b K d (2 ^ k) e Hd Hk).
    assert (G : exists G, of_few_inputs K d (2 ^ k) G /\ forall x, total_value K G x = sum (fun p => fst p * snd p x) L).
    { clear HE. induction L as [|[c f] L IH].
      - exists []. split; [intros p []|reflexivity].
      - destruct IH as [G [G1 G2]]; [intros p Hp; apply HL; right; exact Hp|].
        destruct (pairwise_is_a_subpool d k f (HL (c, f) (or_introl eq_refl))) as [I [_ [I2 [I3 I4]]]].
        exists ((set_of d I, fun x => c * f x) :: G). split.
        + intros p [<-|Hp]; [|apply G1, Hp]. cbn [fst snd]. split; [apply set_of_length|split].
          * apply Nat.le_trans with (length I); [|exact I2]. rewrite <- order_size, set_of_length. unfold size.
            apply NoDup_incl_length; [apply NoDup_filter, seq_NoDup|]. intros i Hi. apply filter_In in Hi. destruct Hi as [H1 H2].
            apply in_seq in H1. rewrite mem_set_of in H2 by lia. apply existsb_exists in H2. destruct H2 as [j [J1 J2]].
            apply Nat.eqb_eq in J2. subst j. exact J1.
          * intros x y _ _ H. f_equal. rewrite !I4. f_equal. apply map_ext_in. intros i Hi. apply H; [apply I3, Hi|].
            rewrite mem_set_of by (apply I3, Hi). apply existsb_exists. exists i. split; [exact Hi|apply Nat.eqb_refl].
        + intros x. unfold total_value in *. cbn [sum fst snd]. rewrite G2. reflexivity. }
    destruct G as [G [G1 G2]]. exists ((none d, fun _ => b0) :: G). split.
    + intros p [<-|Hp]; [|apply G1, Hp]. cbn [fst snd]. split; [apply none_length|split; [|intros x y _ _ _; reflexivity]].
      replace (order (none d)) with 0%nat; [lia|]. symmetry. apply order_0, (is_empty_spec d); [apply none_length|reflexivity].
    + intros x Hx. unfold total_value in *. cbn [sum snd]. rewrite G2. apply HE, Hx.
  - intros [b0 [b H]]. apply program_suffices in H; [|intros r Hr; apply in_seq in Hr; lia].
    assert (G : forall M, of_orders K d (seq 1 (2 ^ k)) M ->
      exists L, (forall p, In p L -> pairwise d k (snd p)) /\ forall x, length x = d ->
        sum (fun p => fst p * snd p x) L = sum (fun p => fst p * max_over x (snd p)) M).
    { clear H. induction M as [|[c I] M IH]; intros HM.
      - exists []. split; [intros p []|reflexivity].
      - destruct IH as [L [L1 L2]]; [intros p Hp; apply HM; right; exact Hp|].
        destruct (HM (c, I) (or_introl eq_refl)) as [H1 H2]. cbn [snd] in H1, H2. apply in_seq in H2.
        assert (S : length (filter (mem I) (seq 0 d)) = order I) by (rewrite <- order_size, H1; reflexivity).
        destruct (subpool_is_pairwise d k (filter (mem I) (seq 0 d))) as [f [F1 F2]].
        + intros E. rewrite E in S. cbn in S. lia.
        + lia.
        + intros i Hi. apply filter_In in Hi. destruct Hi as [Hi _]. apply in_seq in Hi. lia.
        + exists ((c, f) :: L). split; [intros p [<-|Hp]; [exact F1|apply L1, Hp]|]. intros x Hx. cbn [sum fst snd].
          rewrite L2, F2 by exact Hx. unfold max_over. rewrite Hx. reflexivity. }
    destruct (G _ (spread_of_orders K d (seq 1 (2 ^ k)) b)) as [L [L1 L2]]. exists b0, L. split; [exact L1|].
    intros x Hx. unfold combination. rewrite L2 by apply Hx. specialize (H x Hx). rewrite symmetric_value in H. exact H.
Qed.
End Field.
