"""The only place that speaks to Apigee: both flavours behind the four Apigee ports."""
