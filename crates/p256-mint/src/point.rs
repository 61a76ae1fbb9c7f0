//! Points in Jacobian coordinates: (X, Y, Z) stands for (X/Z², Y/Z³), and the point at infinity has Z = 0.
//!
//! The formulas are those of the Explicit-Formulas Database: `dbl-2004-hmv` for a = −3, without halving, and
//! `madd-2004-hmv` (8M + 3S), which is wrong where the points are equal or opposite, and then makes Z = 0.
//! Both leave Z = 0 where it was, and no step makes anything else of it. So whatever ends with Z ≠ 0 is right.

use zeroize::Zeroize;

use crate::field::Element;
use crate::limb;

/// A point that is not at infinity.
pub(crate) struct Affine {
    pub(crate) x: Element,
    pub(crate) y: Element,
}

/// Any point.
pub(crate) struct Jacobian {
    x: Element,
    y: Element,
    z: Element,
}

impl From<Affine> for Jacobian {
    fn from(Affine { x, y }: Affine) -> Self {
        Self { x, y, z: Element::ONE }
    }
}

impl Jacobian {
    /// Twice the point.
    #[inline(never)]
    pub(crate) fn double(&self) -> Self {
        // α = 3(X − Z²)(X + Z²)
        let zz = self.z.square();
        let product = self.x.sub(&zz).mul(&self.x.add(&zz));
        let alpha = product.double().add(&product);
        // Z' = 2YZ
        let y2 = self.y.double();
        let z = y2.mul(&self.z);
        // β = 4XY², δ = 8Y⁴
        let yy2 = y2.mul(&self.y);
        let yy4 = yy2.double();
        let beta = yy4.mul(&self.x);
        let delta = yy4.mul(&yy2);
        // X' = α² − 2β, Y' = α(β − X') − δ
        let x = alpha.square().sub(&beta).sub(&beta);
        let y = beta.sub(&x).mul(&alpha).sub(&delta);
        Self { x, y, z }
    }

    /// The sum with a point that is neither equal nor opposite; of one that is, Z = 0.
    #[inline(never)]
    pub(crate) fn add(&self, other: &Affine) -> Self {
        // H = xZ² − X, R = yZ³ − Y
        let zz = self.z.square();
        let h = zz.mul(&other.x).sub(&self.x);
        let r = zz.mul(&self.z).mul(&other.y).sub(&self.y);
        // Z' = ZH
        let z = h.mul(&self.z);
        // V = XH², X' = R² − H³ − 2V, Y' = R(V − X') − YH³
        let hh = h.square();
        let hhh = hh.mul(&h);
        let v = hh.mul(&self.x);
        let x = r.square().sub(&hhh).sub(&v).sub(&v);
        let y = v.sub(&x).mul(&r).sub(&hhh.mul(&self.y));
        Self { x, y, z }
    }

    /// Both coordinates as numbers, not in Montgomery form; `None` at infinity.
    pub(crate) fn coordinates(&self) -> Option<(Element, Element)> {
        let (inverse, square) = self.inverses()?;
        Some((self.x.mul(&square).number(), self.y.mul(&square).mul(&inverse).number()))
    }

    /// The coordinate x as a number, not in Montgomery form; `None` at infinity.
    pub(crate) fn x(&self) -> Option<Element> {
        let (_, square) = self.inverses()?;
        Some(self.x.mul(&square).number())
    }

    /// 1/Z and 1/Z².
    fn inverses(&self) -> Option<(Element, Element)> {
        let inverse = self.z.inverse();
        // Only zero has the inverse zero. That it is not zero is no secret.
        (!limb::is_zero(&inverse.0)).then(|| (inverse, inverse.square()))
    }
}

impl Zeroize for Jacobian {
    fn zeroize(&mut self) {
        self.x.zeroize();
        self.y.zeroize();
        self.z.zeroize();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_point_is_wiped() {
        let element = || Element([7; 8]);
        let mut point = Jacobian { x: element(), y: element(), z: element() };
        point.zeroize();
        assert_eq!([point.x.0, point.y.0, point.z.0], [[0; 8]; 3]);
    }
}
