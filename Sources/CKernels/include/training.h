#pragma once

// Loops over the parameters of a network while it learns.

#include "clones.h"

/// One step of stochastic gradient descent in place, as torch.optim.SGD without dampening.
///
/// g = gradient + weight_decay · parameter; velocity = momentum · velocity + g; parameter −= learning_rate · v, where v is
/// the velocity, or g + momentum · velocity with `nesterov`. Without momentum `velocity` is null and v is g.
void ck_sgd_step(float *parameter, const float *gradient, float *velocity, size_t count, float learning_rate,
                 float momentum, float weight_decay, int nesterov);

/// Numbers of one Adam step that are the same for all elements.
typedef struct {
    /// Learning rate over 1 − β₁ᵗ.
    float step_size;
    float beta1;
    float beta2;
    /// √(1 − β₂ᵗ)
    float root_correction;
    float epsilon;
    /// Added to the gradient times the parameter.
    float weight_decay;
    /// What the parameter is multiplied by before the step (decoupled weight decay); 1 without.
    float shrinkage;
} ck_adam_constants;

/// One step of Adam in place, as torch.optim.Adam and AdamW. `mean` and `square` are the moving moments.
void ck_adam_step(float *parameter, const float *gradient, float *mean, float *square, size_t count,
                  ck_adam_constants constants);

/// Σx², in double precision and an order that does not depend on the instruction set.
double ck_sum_of_squares(const float *x, size_t count);
