using EServices.Contracts.Application;
using EServices.Contracts.Dispatch;
using EServices.Contracts.Identity;
using EServices.Contracts.Payment;
using EServices.Notification.Messages;
using EServices.Notification.Sending;
using EServices.Notification.Telling;
using EServices.Platform.Hosting;
using EServices.Platform.Web;

var builder = WebApplication.CreateBuilder(args);
builder.AddPlatform("notification", platform => platform
    .Documents(MessageDocuments.Map)
    .React<OneTimeCodeIssued, WhenOneTimeCodeIssued>()
    .React<CallReceived, WhenCallReceived>()
    .React<VisitScheduled, WhenVisitScheduled>()
    .React<VisitRescheduled, WhenVisitRescheduled>()
    .React<VisitCancelled, WhenVisitCancelled>()
    .React<VisitNoShow, WhenVisitNoShow>()
    .React<VisitUnassigned, WhenVisitUnassigned>()
    .React<VisitMissed, WhenVisitMissed>()
    .React<OverchargeSuspected, WhenOverchargeSuspected>()
    .React<ApplicationSubmitted, WhenApplicationSubmitted>()
    .React<BillIssued, WhenBillIssued>()
    .React<BillSettled, WhenBillSettled>()
    .React<ApplicationAcknowledged, WhenApplicationAcknowledged>()
    .React<ApplicationSentBack, WhenApplicationSentBack>()
    .React<ApplicationDecided, WhenApplicationDecided>()
    .React<CertificateIssued, WhenCertificateIssued>());
builder.AddSending();
builder.Services.AddSingleton<Teller>();

var app = builder.Build();
app.UsePlatform();
app.MapApi().MapMessages();
app.MapSandboxOutbox();
await app.RunAsync();
