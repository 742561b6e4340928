(** * Five numbers: neurons of the second layer that read three of the first (an identity checked by hand)

    With h(u) = max(0, u_1, u_2, u_3) and T(a, b, c; t) = relu(max(a, b) - relu(c) - relu(t)/2) + relu(c):

      max(h(u), t) = relu(t) - h(u - t q) - h(u - t q') + T(u_1, u_2, u_3; t)
                     + T(u_1 - t/2, u_3, u_2 - t/2; t) + T(u_2 - t/2, u_3 - t/2, u_1 - t; t),
      q = (1/2, 1/2, 0), q' = (1, 1/2, 1/2). *)

From Coq Require Import List Arith ZArith Ring Lia.
From Maxpooling Require Import OrderedField Network Maximum NoOneLayer Identity LeastPairs FanIn.
Import ListNotations.

Section Field.
Variable K : ofield.
Add Ring K_ring : (f_ring K).
Local Open Scope of_scope.

Lemma same_bounds (a b : K) : (forall z, a <= z <-> b <= z) -> a = b.
Proof. intros H. apply fle_antisym; apply H, fle_refl. Qed.
Lemma fmax_below (a b z : K) : fmax a b <= z <-> a <= z /\ b <= z.
Proof.
  split.
  - intros H. split; apply fle_trans with (fmax a b); auto using fmax_le_l, fmax_le_r.
  - intros [H1 H2]. destruct (fle_total K a b) as [L|L]; [rewrite fmax_r|rewrite fmax_l]; assumption.
Qed.
Lemma fmax_shift (a b c : K) : fmax a b + c = fmax (a + c) (b + c).
Proof.
  destruct (fle_total K a b) as [L|L].
  - rewrite !fmax_r; [reflexivity|apply fle_add, L|exact L].
  - rewrite !fmax_l; [reflexivity|apply fle_add, L|exact L].
Qed.

Definition h (a b c : K) : K := fmax (relu a) (fmax b c).
Definition T (a b c t : K) : K := relu (fmax a b - relu c - half K * relu t) + relu c.
Lemma h_relu a b c : h a b c = relu (relu a - (c + relu (b - c))) + (c + relu (b - c)).
Proof. unfold h. rewrite (fmax_relu K b c), (fmax_relu K (relu a)). ring. Qed.

Lemma T_low a b c t : t <= 0 -> T a b c t = h a b c.
Proof.
  intros H. unfold T. rewrite (relu_neg K t H).
  replace (fmax a b - relu c - half K * 0) with (fmax a b - relu c) by ring.
  transitivity (fmax (fmax a b) (relu c)); [rewrite (fmax_relu K (fmax a b)); ring|].
  apply same_bounds. intros z. unfold h, relu. rewrite !fmax_below. tauto.
Qed.
Lemma T_high a b c t : 0 <= t -> T a b c t = h (a - half K * t) (b - half K * t) c.
Proof.
  intros H. unfold T. rewrite (relu_pos K t H).
  transitivity (fmax (fmax a b + - (half K * t)) (relu c)).
  - rewrite (fmax_relu K (fmax a b + - (half K * t))).
    replace (fmax a b + - (half K * t) - relu c) with (fmax a b - relu c - half K * t) by ring. ring.
  - rewrite fmax_shift. replace (a + - (half K * t)) with (a - half K * t) by ring.
    replace (b + - (half K * t)) with (b - half K * t) by ring.
    apply same_bounds. intros z. unfold h, relu. rewrite !fmax_below. tauto.
Qed.
Lemma h_turn a b c : h a b c = h c a b.
Proof. apply same_bounds. intros z. unfold h, relu. rewrite !fmax_below. tauto. Qed.
Lemma h_swap a b c : h a b c = h a c b.
Proof. apply same_bounds. intros z. unfold h, relu. rewrite !fmax_below. tauto. Qed.
Lemma halves_add t : half K * t + half K * t = t.
Proof. transitivity ((half K * (1 + 1)) * t); [ring|]. rewrite half_two. ring. Qed.

Theorem five_by_hand u1 u2 u3 t : fmax (h u1 u2 u3) t =
  relu t - h (u1 - half K * t) (u2 - half K * t) u3 - h (u1 - t) (u2 - half K * t) (u3 - half K * t)
  + T u1 u2 u3 t + T (u1 - half K * t) u3 (u2 - half K * t) t + T (u2 - half K * t) (u3 - half K * t) (u1 - t) t.
Proof.
  assert (H2 : forall u, u - half K * t - half K * t = u - t).
  { intros u. rewrite <- (halves_add t) at 3. ring. }
  destruct (fle_total K t 0) as [L|L].
  - rewrite !(T_low _ _ _ t L), (relu_neg K t L).
    rewrite (h_swap (u1 - half K * t) u3), <- (h_turn (u2 - half K * t) (u3 - half K * t) (u1 - t)) at 1.
    rewrite (h_turn (u2 - half K * t) (u3 - half K * t) (u1 - t)).
    rewrite fmax_l; [ring|]. apply fle_trans with 0; [exact L|]. unfold h, relu.
    apply fle_trans with (fmax u1 0); [apply fmax_le_r|apply fmax_le_l].
  - rewrite !(T_high _ _ _ t L), (relu_pos K t L), !H2.
    rewrite (h_swap (u1 - t) (u3 - half K * t) (u2 - half K * t)).
    transitivity (h (u2 - t) (u3 - t) (u1 - t) + t); [|ring].
    unfold h, relu. rewrite !fmax_shift. replace (u1 - t + t) with u1 by ring. replace (u2 - t + t) with u2 by ring.
    replace (u3 - t + t) with u3 by ring. replace (0 + t) with t by ring.
    apply same_bounds. intros z. rewrite !fmax_below. split; [tauto|]. intros H. repeat split; try tauto.
    apply fle_trans with t; tauto.
Qed.

(** The neurons. *)
Local Notation w := (half K).
Local Notation m := (- (1) : K).
Definition U1 : aff K := ([m; 1], 0).
Definition U2 : aff K := ([m; 0; 1], 0).
Definition U3 : aff K := ([m; 0; 0; 1], 0).
Definition TT : aff K := ([m; 0; 0; 0; 1], 0).
Definition U1h : aff K := ([w - 1; 1; 0; 0; - w], 0).
Definition U2h : aff K := ([w - 1; 0; 1; 0; - w], 0).
Definition U3h : aff K := ([w - 1; 0; 0; 1; - w], 0).
Definition U1t : aff K := ([0; 1; 0; 0; m], 0).
Definition X0 : aff K := ([1], 0).
Definition U12 : aff K := ([0; 1; m], 0).
Definition U23 : aff K := ([0; 0; 1; m], 0).
Definition U2h3 : aff K := ([w; 0; 1; m; - w], 0).
Definition U1h3 : aff K := ([w; 1; 0; m; - w], 0).

Theorem five_numbers : reachable K 5 3.
Proof.
  exists [(1, X0); (m, U3); (m, U3h)], [(1, TT); (m, U2h3); (m, U23); (1, U3); (1, U2h); (1, U1t)],
    [([(m, U3)], [(1, U1h); (m, U2h3)], m);
     ([(m, U3h)], [(1, U1t); (m, U23)], m);
     ([(1, U2)], [(1, U12); (m, U3); (- w, TT)], 1);
     ([(1, U3)], [(1, U1h3); (m, U2h); (- w, TT)], 1);
     ([(1, U3h)], [(1, U23); (m, U1t); (- w, TT)], 1)].
  split.
  - intros t [<-|[<-|[<-|[<-|[<-|[]]]]]]; simpl; lia.
  - intros x Hx. destruct x as [|a [|b [|c [|d [|e [|]]]]]]; try discriminate. clear Hx.
    replace (sees K _ _ _ + _) with (maximum [a; b; c; d; e]); [apply maximum_is_max; discriminate|].
    transitivity (a + fmax (h (b - a) (c - a) (d - a)) (e - a)).
    + match goal with |- _ = a + ?f => replace (a + f) with (f + a) by ring end. unfold h, relu. rewrite !fmax_shift.
      apply same_bounds. intros z.
      replace (b - a + a) with b by ring. replace (c - a + a) with c by ring. replace (d - a + a) with d by ring.
      replace (e - a + a) with e by ring. replace (0 + a) with a by ring.
      cbn [maximum]. rewrite !fmax_below. tauto.
    + rewrite five_by_hand. unfold T.
      rewrite !h_relu, (fmax_relu K (b - a) (c - a)), (fmax_relu K (b - a - w * (e - a)) (d - a)),
        (fmax_relu K (c - a - w * (e - a)) (d - a - w * (e - a))).
      set (x := [a; b; c; d; e]).
      assert (E0 : affv K X0 x = a) by (unfold affv; cbn; ring).
      assert (E1 : affv K U3 x = d - a) by (unfold affv; cbn; ring).
      assert (E2 : affv K U2 x = c - a) by (unfold affv; cbn; ring).
      assert (E3 : affv K TT x = e - a) by (unfold affv; cbn; ring).
      assert (E4 : affv K U1h x = b - a - w * (e - a)) by (unfold affv; cbn; ring).
      assert (E5 : affv K U2h x = c - a - w * (e - a)) by (unfold affv; cbn; ring).
      assert (E6 : affv K U3h x = d - a - w * (e - a)) by (unfold affv; cbn; ring).
      assert (E7 : affv K U1t x = b - a - (e - a)) by (unfold affv; cbn; ring).
      assert (E8 : affv K U12 x = b - a - (c - a)) by (unfold affv; cbn; ring).
      assert (E9 : affv K U23 x = c - a - w * (e - a) - (d - a - w * (e - a))) by (unfold affv; cbn; ring).
      assert (E10 : affv K U2h3 x = c - a - w * (e - a) - (d - a)) by (unfold affv; cbn; ring).
      assert (E11 : affv K U1h3 x = b - a - w * (e - a) - (d - a)) by (unfold affv; cbn; ring).
      unfold sees, forms, gates. cbn [sum fst snd].
      rewrite ?E0, ?E1, ?E2, ?E3, ?E4, ?E5, ?E6, ?E7, ?E8, ?E9, ?E10, ?E11.
      assert (R : forall p q r : K, relu (m * p + 0 + (1 * q + (m * r + 0))) = relu (q - (p + r)))
        by (intros p q r; f_equal; ring).
      assert (R' : forall p q r s : K,
        relu (1 * p + 0 + (1 * q + (m * r + (- w * s + 0)))) = relu (p + q - r - w * s))
        by (intros p q r s; f_equal; ring).
      rewrite !R, !R'. ring.
Qed.

(** So for five numbers, three are needed and enough. *)
Theorem fan_in_five k : reachable K 5 k <-> (3 <= k)%nat.
Proof.
  split; [intros H; apply fan_in_needed in H; lia|]. intros H. apply (reachable_more K 5 3); [exact H|exact five_numbers].
Qed.
End Field.
