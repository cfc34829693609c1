mod calendar;
mod check;
mod events;
mod files;
mod pickups;
mod routing;
mod shapes;
mod table;
