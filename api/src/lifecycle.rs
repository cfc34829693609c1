//! Serving until told to stop: workers beside the requests, and a stop that finishes what is in flight.

use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::app::{self, App};
use crate::shared::error::Result;
use crate::shared::outbox::Topic;
use crate::shared::{idempotency, outbox, photos, screening};
use crate::{alerts, auth, desk, events, figures, market, pickups, reports, sorting, webhooks};

/// How long a stop waits for requests in flight.
const GRACE: Duration = Duration::from_secs(30);
/// How often what has expired is swept.
const SWEEP_EVERY: Duration = Duration::from_secs(60);

/// Serves on `listener` until `stop`, then finishes requests in flight and closes the database.
///
/// # Errors
/// When the listener fails.
pub async fn serve(
    app: Arc<App>,
    listener: TcpListener,
    stop: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    // What the desk decided about the rules counts from the first request on.
    if let Err(error) = screening::live::refresh(&app).await {
        tracing::error!(%error, "The moderation rules cannot be read: the pack's are in force");
    }
    let stopping = CancellationToken::new();
    let workers = TaskTracker::new();
    for topic in [Topic::Mail, Topic::Webhook] {
        workers.spawn(deliver(Arc::clone(&app), topic, stopping.clone()));
    }
    workers.spawn(sweep(Arc::clone(&app), stopping.clone()));
    workers.spawn(sorting::work(Arc::clone(&app), stopping.clone()));
    workers.spawn(screening::live::work(Arc::clone(&app), stopping.clone()));
    workers.spawn(desk::live::work(Arc::clone(&app), stopping.clone()));
    workers.spawn(figures::work(Arc::clone(&app), stopping.clone()));
    workers.close();

    let asked = stopping.clone();
    let server = serve_requests(Arc::clone(&app), listener, async move {
        stop.await;
        tracing::info!("Stopping: finishing requests in flight");
        asked.cancel();
    });
    let overdue = {
        let stopping = stopping.clone();
        async move {
            stopping.cancelled().await;
            tokio::time::sleep(GRACE).await;
        }
    };
    let served = tokio::select! {
        served = server => served,
        () = overdue => {
            tracing::warn!("Some requests took longer than the grace period");
            Ok(())
        }
    };
    stopping.cancel();
    let _ = tokio::time::timeout(GRACE, workers.wait()).await;
    app.db.close().await;
    tracing::info!("Stopped");
    served
}

/// Serves without the workers until `stop`, then finishes requests in flight.
///
/// # Errors
/// When the listener fails.
pub async fn serve_requests(
    app: Arc<App>,
    listener: TcpListener,
    stop: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    let service = app::router(app).into_make_service_with_connect_info::<SocketAddr>();
    axum::serve(listener, service)
        .with_graceful_shutdown(stop)
        .await
}

/// Resolves on Ctrl-C or SIGTERM.
pub async fn signal() {
    let interrupt = async {
        let _ = tokio::signal::ctrl_c().await;
    };
    #[cfg(unix)]
    let terminate = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => {
                signal.recv().await;
            }
            Err(_) => std::future::pending().await,
        }
    };
    #[cfg(not(unix))]
    let terminate = std::future::pending::<()>();
    tokio::select! {
        () = interrupt => {}
        () = terminate => {}
    }
}

/// Delivers the outbox: when its bell rings, and every few seconds.
async fn deliver(app: Arc<App>, topic: Topic, stopping: CancellationToken) {
    while !stopping.is_cancelled() {
        let delivered = match topic {
            Topic::Mail => outbox::deliver_due(&app.db, &app.clock, &app.mailer).await,
            Topic::Webhook => webhooks::deliver_due(&app).await,
        };
        match delivered {
            // A full batch: there may be more.
            Ok(tried) if tried > 0 => continue,
            Ok(_) => {}
            Err(error) => tracing::error!(%error, "The outbox cannot be read"),
        }
        tokio::select! {
            () = stopping.cancelled() => {}
            () = app.outbox_bell.rung(topic) => {}
            () = tokio::time::sleep(outbox::POLL) => {}
        }
    }
}

async fn sweep(app: Arc<App>, stopping: CancellationToken) {
    while !stopping.is_cancelled() {
        if let Err(error) = sweep_once(&app).await {
            tracing::error!(%error, "Sweeping failed");
        }
        tokio::select! {
            () = stopping.cancelled() => {}
            () = tokio::time::sleep(SWEEP_EVERY) => {}
        }
    }
}

/// Brings suspended cases back, gives away lapsed places, reminds, and forgets what has expired.
///
/// # Errors
/// When the database or the store fails.
pub async fn sweep_once(app: &App) -> Result<()> {
    let now = app.clock.now();
    reports::resume_due(app).await?;
    reports::lapse_due(app).await?;
    reports::climb_due(app).await?;
    reports::settle_due(app).await?;
    reports::together::consultation::remind_due(app).await?;
    pickups::sweep(app).await?;
    market::sweep(app).await?;
    events::sweep(app).await?;
    figures::sweep(app).await?;
    photos::sweep_unattached(&app.db, &app.storage, now).await?;
    idempotency::sweep(&app.db, now).await?;
    outbox::sweep(&app.db, now).await?;
    auth::sweep(&app.db, now).await?;
    screening::sweep(app).await?;
    webhooks::sweep(app).await?;
    alerts::sweep(app).await?;
    app.limiter.sweep();
    metrics::gauge!("wufei_up").set(1.0);
    Ok(())
}
