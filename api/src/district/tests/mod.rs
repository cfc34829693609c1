mod calendar;
mod check;
mod files;
mod market;
mod pickups;
mod routing;
mod shapes;
mod table;
