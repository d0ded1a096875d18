using EServices.Application.Applications;
using EServices.Application.Certificates;
using EServices.Application.Documents;
using EServices.Application.Forms;
using EServices.Application.Simulations;
using EServices.Application.Timeline;
using EServices.Application.Tracking;
using EServices.Application.Workflow;
using EServices.Contracts.Payment;
using EServices.Platform.Hosting;
using EServices.Platform.Web;

var builder = WebApplication.CreateBuilder(args);
builder.AddPlatform("application", platform => platform
    .KeepCatalogueCopy()
    .Documents(ApplicationDocuments.Map)
    .Documents(UploadedDocument.Map)
    .Documents(KeyRing.Map)
    .Documents(Simulation.Map)
    .React<BillIssued, WhenBillIssued>()
    .React<BillSettled, WhenBillSettled>());
builder.AddApplications();

var app = builder.Build();
app.UsePlatform();
app.MapSigningKeys();
var api = app.MapApi();
api.MapDrafts();
api.MapForms();
api.MapDocuments();
api.MapApplications();
api.MapActions();
api.MapTimeline();
api.MapTracking();
api.MapCertificates();
api.MapSimulations();
await app.RunAsync();
