//! The built-in types of XML Schema that have values of their own.

/// A built-in type of XML Schema.
///
/// Other dates, times and durations than `dateTime`, and restricted texts, are [`String`](Builtin::String).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Builtin {
    /// Text.
    String,
    /// `true` or `false`.
    Boolean,
    /// A whole number of 8 bits.
    Byte,
    /// A whole number of 16 bits.
    Short,
    /// A whole number of 32 bits.
    Int,
    /// A whole number of 64 bits.
    Long,
    /// A whole number of 8 bits from 0 on.
    UnsignedByte,
    /// A whole number of 16 bits from 0 on.
    UnsignedShort,
    /// A whole number of 32 bits from 0 on.
    UnsignedInt,
    /// A whole number of 64 bits from 0 on.
    UnsignedLong,
    /// A whole number of any size.
    Integer,
    /// A decimal number.
    Decimal,
    /// A floating-point number of 32 bits.
    Float,
    /// A floating-point number of 64 bits.
    Double,
    /// A date with a time of day.
    DateTime,
    /// Bytes.
    Base64Binary,
    /// An element of any content.
    Any,
}

impl Builtin {
    /// Every built-in.
    pub const ALL: [Builtin; 17] = [
        Builtin::String,
        Builtin::Boolean,
        Builtin::Byte,
        Builtin::Short,
        Builtin::Int,
        Builtin::Long,
        Builtin::UnsignedByte,
        Builtin::UnsignedShort,
        Builtin::UnsignedInt,
        Builtin::UnsignedLong,
        Builtin::Integer,
        Builtin::Decimal,
        Builtin::Float,
        Builtin::Double,
        Builtin::DateTime,
        Builtin::Base64Binary,
        Builtin::Any,
    ];

    /// Returns the built-in with this name, as in [`MemberInfo::ty`](super::MemberInfo::ty).
    pub fn from_name(name: &str) -> Option<Builtin> {
        Builtin::ALL.into_iter().find(|builtin| builtin.name() == name)
    }

    /// Returns its name in XML Schema.
    pub const fn name(self) -> &'static str {
        match self {
            Builtin::String => "string",
            Builtin::Boolean => "boolean",
            Builtin::Byte => "byte",
            Builtin::Short => "short",
            Builtin::Int => "int",
            Builtin::Long => "long",
            Builtin::UnsignedByte => "unsignedByte",
            Builtin::UnsignedShort => "unsignedShort",
            Builtin::UnsignedInt => "unsignedInt",
            Builtin::UnsignedLong => "unsignedLong",
            Builtin::Integer => "integer",
            Builtin::Decimal => "decimal",
            Builtin::Float => "float",
            Builtin::Double => "double",
            Builtin::DateTime => "dateTime",
            Builtin::Base64Binary => "base64Binary",
            Builtin::Any => "anyType",
        }
    }

    /// Returns whether its values are whole numbers.
    pub const fn is_integer(self) -> bool {
        matches!(
            self,
            Builtin::Byte
                | Builtin::Short
                | Builtin::Int
                | Builtin::Long
                | Builtin::UnsignedByte
                | Builtin::UnsignedShort
                | Builtin::UnsignedInt
                | Builtin::UnsignedLong
                | Builtin::Integer
        )
    }

    /// Returns whether its values are numbers.
    pub const fn is_number(self) -> bool {
        self.is_integer() || matches!(self, Builtin::Decimal | Builtin::Float | Builtin::Double)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_builtin_is_found_by_its_name() {
        for builtin in Builtin::ALL {
            assert_eq!(Builtin::from_name(builtin.name()), Some(builtin));
        }
        assert_eq!(Builtin::from_name("Order"), None);
    }
}
