//! Work that JavaScript's thread does not wait for.

use std::panic::{AssertUnwindSafe, catch_unwind};

use napi::bindgen_prelude::{AsyncTask, ToNapiValue, TypeName};
use napi::{Env, Error, Result, Task};

use crate::fault::{Answer, Fault, answer};

/// What is done in another thread, and answers a value or a fault.
type Call<T> = Box<dyn FnOnce() -> std::result::Result<T, Fault> + Send>;

/// A call that a thread of Node's pool makes; its answer is what the promise gives.
pub struct Background<T>(Option<Call<T>>);

/// Makes a call in a thread of Node's pool.
pub(crate) fn background<T: Send + ToNapiValue + TypeName + 'static>(
    call: impl FnOnce() -> std::result::Result<T, Fault> + Send + 'static,
) -> AsyncTask<Background<T>> {
    AsyncTask::new(Background(Some(Box::new(call))))
}

impl<T: Send + ToNapiValue + TypeName + 'static> Task for Background<T> {
    type Output = std::result::Result<T, Fault>;
    type JsValue = Answer<T>;

    fn compute(&mut self) -> Result<Self::Output> {
        let call = self.0.take();
        guarded(|| call.map_or_else(|| Err(Error::from_reason("made twice")), |call| Ok(call())))
    }

    fn resolve(&mut self, _: Env, output: Self::Output) -> Result<Self::JsValue> {
        Ok(answer(output))
    }
}

/// Runs what no panic may leave, since no JavaScript is below it.
pub(crate) fn guarded<T>(run: impl FnOnce() -> Result<T>) -> Result<T> {
    catch_unwind(AssertUnwindSafe(run)).unwrap_or_else(|_| {
        Err(Error::from_reason(
            "scope-core panicked; this is a defect of scope-core",
        ))
    })
}
