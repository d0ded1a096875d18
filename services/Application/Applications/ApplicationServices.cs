using EServices.Application.Certificates;
using EServices.Application.Clock;
using EServices.Application.Forms;
using EServices.Application.Simulations;
using EServices.Platform.Packs;

namespace EServices.Application.Applications;

internal static class ApplicationServices
{
    public static void AddApplications(this WebApplicationBuilder app)
    {
        app.Services.AddSingleton(services => WorkingCalendar.Of(services.GetRequiredService<StatePack>()));
        app.Services.AddSingleton<Access>();
        app.Services.AddSingleton<Cases>();
        app.Services.AddSingleton<PinnedServices>();
        app.Services.AddSingleton<SigningKeys>();
        app.Services.AddSingleton<Issuing>();
        app.Services.AddSingleton<CertificateCheck>();
        app.Services.AddSingleton<OverdueWatch>();
        app.Services.AddHostedService(services => services.GetRequiredService<OverdueWatch>());
        app.Services.AddSingleton<SimulationRun>();
        app.Services.AddHostedService(services => services.GetRequiredService<SimulationRun>());
    }
}
