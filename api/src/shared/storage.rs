//! Where photos' bytes live: files under the data folder, or an S3-compatible store.

use std::path::Path as FsPath;
use std::sync::Arc;

use bytes::Bytes;
use object_store::aws::AmazonS3Builder;
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt, PutPayload};
use url::Url;

/// A place for blobs; every write is on disk (or acknowledged by the store) when it returns.
#[derive(Clone, Debug)]
pub struct Storage(Arc<dyn ObjectStore>);

/// The store failed; its text is logged, never sent.
pub type StorageError = object_store::Error;

impl Storage {
    /// Files below `folder`, which is made when missing.
    pub fn files(folder: &FsPath) -> Result<Self, StorageError> {
        std::fs::create_dir_all(folder).map_err(|error| StorageError::Generic {
            store: "files",
            source: Box::new(error),
        })?;
        Ok(Self(Arc::new(
            LocalFileSystem::new_with_prefix(folder)?.with_fsync(true),
        )))
    }

    /// `s3://bucket`; endpoint, region and keys come from the usual `AWS_…` variables.
    pub fn s3(url: &Url) -> Result<Self, StorageError> {
        let store = AmazonS3Builder::from_env().with_url(url.as_str()).build()?;
        Ok(Self(Arc::new(store)))
    }

    pub async fn put(&self, name: &str, bytes: Bytes) -> Result<(), StorageError> {
        self.0
            .put(&Path::from(name), PutPayload::from_bytes(bytes))
            .await
            .map(drop)
    }

    /// `None` when there is no such blob.
    pub async fn get(&self, name: &str) -> Result<Option<Bytes>, StorageError> {
        match self.0.get(&Path::from(name)).await {
            Ok(found) => found.bytes().await.map(Some),
            Err(StorageError::NotFound { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    pub async fn exists(&self, name: &str) -> Result<bool, StorageError> {
        match self.0.head(&Path::from(name)).await {
            Ok(_) => Ok(true),
            Err(StorageError::NotFound { .. }) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Deletes; a blob that is not there is no error.
    pub async fn delete(&self, name: &str) -> Result<(), StorageError> {
        match self.0.delete(&Path::from(name)).await {
            Ok(()) | Err(StorageError::NotFound { .. }) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// Whether a blob can be written, by writing one.
    pub async fn ready(&self) -> bool {
        self.put("ready", Bytes::from_static(b"wufei"))
            .await
            .is_ok()
    }
}
