using EServices.Contracts.Dispatch;
using EServices.Contracts.Payment;
using EServices.Dispatch;
using EServices.Dispatch.Calls;
using EServices.Dispatch.Days;
using EServices.Dispatch.Operators;
using EServices.Dispatch.Places;
using EServices.Dispatch.Slots;
using EServices.Dispatch.Visits;
using EServices.Platform.Hosting;
using EServices.Platform.Web;

var builder = WebApplication.CreateBuilder(args);
builder.AddPlatform("dispatch", platform => platform
    .KeepCatalogueCopy()
    .Documents(CallDocuments.Map)
    .Documents(OperatorDocuments.Map)
    .Documents(VisitDocuments.Map)
    .React<QuoteGiven, WhenQuoteGiven>()
    .React<VisitScheduled, WhenVisitScheduled>()
    .React<VisitCancelled, WhenVisitEnds>()
    .React<VisitNoShow, WhenVisitEnds>());
builder.Services.AddSingleton(DispatchRules.From(builder.Configuration));
builder.Services.AddSingleton<AddressBook>().AddSingleton<CallQueue>();
builder.AddTravel();
builder.Services.AddSingleton<WorkingTimes>().AddSingleton<OperatorDays>().AddSingleton<SlotFinder>().AddSingleton<Booking>();
builder.Services.AddHostedService<SeedOperators>().AddHostedService<MissedVisits>().AddHostedService<DayKeeper>();
var app = builder.Build();
app.UsePlatform();
var api = app.MapApi();
api.MapCalls();
api.MapOperators();
api.MapDays();
api.MapSlots();
api.MapVisits();
await app.RunAsync();
