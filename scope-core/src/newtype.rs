//! The borrowed and the owned form of a validated text, written once for all of them.

/// Declares `$Borrowed<'a>`, a checked `&'a str`, and `$Owned`, a checked `String`.
///
/// `$check` is `fn(&str) -> Result<(), Error>`.
macro_rules! validated_text {
    (
        $(#[$borrowed_doc:meta])* $Borrowed:ident,
        $(#[$owned_doc:meta])* $Owned:ident,
        $check:path
    ) => {
        $(#[$borrowed_doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(transparent)]
        pub struct $Borrowed<'a>(&'a str);

        impl<'a> $Borrowed<'a> {
            /// Checks `text`. Borrows it; allocates nothing.
            ///
            /// # Errors
            ///
            /// The text's one fault; see the type.
            pub fn new(text: &'a str) -> Result<Self, crate::Error> {
                $check(text)?;
                Ok(Self(text))
            }

            /// A text that is known to be checked.
            #[allow(dead_code, reason = "not every text is a part of a larger one")]
            pub(crate) const fn assume(text: &'a str) -> Self {
                Self(text)
            }

            /// The text.
            pub const fn as_str(self) -> &'a str {
                self.0
            }

            /// The owned form. Allocates.
            pub fn to_owned(self) -> $Owned {
                $Owned(alloc::string::String::from(self.0))
            }
        }

        impl<'a> TryFrom<&'a str> for $Borrowed<'a> {
            type Error = crate::Error;
            fn try_from(text: &'a str) -> Result<Self, crate::Error> {
                Self::new(text)
            }
        }

        impl AsRef<str> for $Borrowed<'_> {
            fn as_ref(&self) -> &str {
                self.0
            }
        }

        impl core::fmt::Display for $Borrowed<'_> {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                f.pad(self.0)
            }
        }

        $(#[$owned_doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $Owned(alloc::string::String);

        impl $Owned {
            /// Checks `text` and keeps it.
            ///
            /// # Errors
            ///
            /// The text's one fault; see the borrowed form.
            pub fn new(text: impl Into<alloc::string::String>) -> Result<Self, crate::Error> {
                let text = text.into();
                $check(&text)?;
                Ok(Self(text))
            }

            /// The text.
            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// The borrowed form.
            pub fn borrowed(&self) -> $Borrowed<'_> {
                $Borrowed(&self.0)
            }

            /// The text itself.
            pub fn into_string(self) -> alloc::string::String {
                self.0
            }
        }

        impl core::str::FromStr for $Owned {
            type Err = crate::Error;
            fn from_str(text: &str) -> Result<Self, crate::Error> {
                Self::new(text)
            }
        }

        impl TryFrom<&str> for $Owned {
            type Error = crate::Error;
            fn try_from(text: &str) -> Result<Self, crate::Error> {
                Self::new(text)
            }
        }

        impl TryFrom<alloc::string::String> for $Owned {
            type Error = crate::Error;
            fn try_from(text: alloc::string::String) -> Result<Self, crate::Error> {
                Self::new(text)
            }
        }

        impl From<$Borrowed<'_>> for $Owned {
            fn from(text: $Borrowed<'_>) -> Self {
                text.to_owned()
            }
        }

        impl AsRef<str> for $Owned {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        // Sound: equality, order and hash of the owned form are those of its text.
        impl core::borrow::Borrow<str> for $Owned {
            fn borrow(&self) -> &str {
                &self.0
            }
        }

        impl core::fmt::Display for $Owned {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                f.pad(&self.0)
            }
        }

        #[cfg(feature = "serde")]
        impl serde::Serialize for $Borrowed<'_> {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.0)
            }
        }

        #[cfg(feature = "serde")]
        impl<'de: 'a, 'a> serde::Deserialize<'de> for $Borrowed<'a> {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = <&'de str>::deserialize(deserializer)?;
                Self::new(text).map_err(|error| serde::de::Error::custom(error.message(text)))
            }
        }

        #[cfg(feature = "serde")]
        impl serde::Serialize for $Owned {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0)
            }
        }

        #[cfg(feature = "serde")]
        impl<'de> serde::Deserialize<'de> for $Owned {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                crate::newtype::deserialize_text(deserializer, |text| Self::new(text))
            }
        }
    };
}
pub(crate) use validated_text;

/// Reads a string and turns it into a value, with the whole message where it cannot.
#[cfg(feature = "serde")]
pub(crate) fn deserialize_text<'de, D: serde::Deserializer<'de>, T>(
    deserializer: D,
    read: impl FnOnce(&str) -> Result<T, crate::Error>,
) -> Result<T, D::Error> {
    struct Text<F>(F);
    impl<T, F: FnOnce(&str) -> Result<T, crate::Error>> serde::de::Visitor<'_> for Text<F> {
        type Value = T;
        fn expecting(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
            f.write_str("a string")
        }
        fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<T, E> {
            (self.0)(text).map_err(|error| E::custom(error.message(text)))
        }
    }
    deserializer.deserialize_str(Text(read))
}
