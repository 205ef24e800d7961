//! A number of events of which mean and variance are known.

/// Up to so many the chances are summed one by one; beyond, a bell is near enough.
const EXACT_MAX: f64 = 24.0;

/// A number of events: 0, 1, 2, …
#[derive(Clone, Copy, Debug)]
pub(crate) struct Count {
    pub(crate) mean: f64,
    pub(crate) variance: f64,
}

impl Count {
    /// The chance that there are at least so many, between whole numbers in between.
    pub(crate) fn at_least(self, least: f64) -> f64 {
        if least <= 0.0 {
            return 1.0;
        }
        if self.mean <= 0.0 {
            return 0.0;
        }
        if least > EXACT_MAX {
            let spread = self.variance.max(1e-6).sqrt();
            return bell((self.mean - least + 0.5) / spread);
        }
        let (below, part) = (least.ceil() - 1.0, least.ceil() - least);
        let (under, last) = self.up_to(below);
        1.0 - (under - part * last)
    }

    /// The chance that there are `most` or fewer, and that of `most` alone. The law is the one of
    /// Panjer's class that has this mean and variance: binomial, Poisson or negative binomial.
    fn up_to(self, most: f64) -> (f64, f64) {
        let variance = self.variance.max(self.mean * 1e-3);
        let a = (variance - self.mean) / variance;
        let b = self.mean * (1.0 - a) - a;
        let mut chance =
            if a.abs() < 1e-9 { (-b).exp() } else { ((a + b) / a * (1.0 - a).ln()).exp() };
        let (mut sum, mut number) = (chance, 0.0);
        while number < most {
            number += 1.0;
            chance *= (a + b / number).max(0.0);
            sum += chance;
        }
        (sum.min(1.0), chance)
    }
}

/// The chance that a bell-shaped number is less than so many spreads above its mean.
/// (Abramowitz and Stegun, 26.2.17.)
fn bell(spreads: f64) -> f64 {
    let t = 1.0 / (1.0 + 0.231_641_9 * spreads.abs());
    let poly = t
        * (0.319_381_530
            + t * (-0.356_563_782
                + t * (1.781_477_937 + t * (-1.821_255_978 + t * 1.330_274_429))));
    let tail = 0.398_942_280_4 * (-spreads * spreads / 2.0).exp() * poly;
    if spreads >= 0.0 { 1.0 - tail } else { tail }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(is: f64, is_to_be: f64) {
        assert!((is - is_to_be).abs() < 1e-3, "{is} instead of {is_to_be}");
    }

    #[test]
    fn coins_fall_as_coins_do() {
        let three_coins = Count { mean: 1.5, variance: 0.75 };
        near(three_coins.at_least(1.0), 7.0 / 8.0);
        near(three_coins.at_least(2.0), 4.0 / 8.0);
        near(three_coins.at_least(3.0), 1.0 / 8.0);
        near(three_coins.at_least(1.5), 5.5 / 8.0);
    }

    #[test]
    fn rare_events_fall_as_poisson_says() {
        let rare = Count { mean: 2.0, variance: 2.0 };
        near(rare.at_least(1.0), 1.0 - (-2.0_f64).exp());
        near(rare.at_least(3.0), 1.0 - 5.0 * (-2.0_f64).exp());
    }

    #[test]
    fn what_is_certain_is_certain() {
        let certain = Count { mean: 2.0, variance: 0.0 };
        assert!(certain.at_least(2.0) > 0.98);
        assert!(certain.at_least(3.0) < 0.02);
        assert!(Count { mean: 0.0, variance: 0.0 }.at_least(1.0) <= 0.0);
    }

    #[test]
    fn many_fall_as_a_bell() {
        near(Count { mean: 100.0, variance: 100.0 }.at_least(100.5), 0.5);
        near(Count { mean: 110.0, variance: 100.0 }.at_least(100.5), 0.841);
        let (exact, bell) = (Count { mean: 24.0, variance: 20.0 }, 24.000_001);
        assert!((exact.at_least(24.0) - exact.at_least(bell)).abs() < 0.02);
    }
}
