"""Fits the molecular ions of model v2 (HydrationParameters.V2) to the PBE cells with hydrogen in data/builtin-v2-pbe.json, on top of data/builtin-v2.txt. usage: /usr/bin/python3 tests/compare/builtin_v2_hydration.py

kappa is the offset of PBE's energy of Li -> H on X from the model's; with PBE's E(LiOH) and E(Li2O) it gives the anchor: E(LiOH) - E(Li2O) - kappa.
"""
import numpy as np
from scipy.optimize import least_squares

import builtin_v2_fit as F
from builtin_v2_cells import *
CH=['O','S','Se','Te']; QS=.85; GPA=160.21766208
MORSE0=dict(O=(7.0525,2.1986,.9485),S=(3.8,1.88,1.34),Se=(3.4,1.79,1.46),Te=(2.8,1.77,1.656)); QH0=dict(O=.426,S=.13,Se=.12,Te=0.)
HX0=dict(O=311.97,F=311.97*.75,S=1900.,Se=3000.,Te=6000.,Cl=1400.,Br=2300.,I=5000.)
LAB=['Li']+AN+[x+'H' for x in CH]+['H']
TY={}; 
for i,a in enumerate(LAB):
    for b in LAB[i:]: TY[tuple(sorted((a,b)))]=len(TY)
class HF:
    def __init__(s,base,rows,mu):
        s.base=parameters(base); s.rows=rows; s.mu=mu; s.cells=[]
        for r in rows:
            c=Cell(r['cell_A'],r['fractional'],r['species']); b=r['bonds']; sp=list(c.sp)
            for h,x in b: sp[x]=sp[x]+'H'
            c.el=list(c.sp); c.sp=sp; c.bonds=b; s.cells.append(c)
        s.B=Batch(s.cells,TY)
        # variables: qH 4, lnA_H 8, lnrhoH 1, r0 4, lnstiff 4, dLi 4, dAn 4 , rho Li 4 , lnA LiH 1
    N=34
    def params(s,v):
        qh={X:QH0[X]+v[i] for i,X in enumerate(CH)}; rho=.25*np.exp(v[12])
        A=np.zeros(len(TY)); R=np.full(len(TY),.3); C=np.zeros(len(TY))
        for p,t in TY.items():
            a,b=p; ea=a[:-1] if a.endswith('H') and a!='H' else a; eb=b[:-1] if b.endswith('H') and b!='H' else b
            if 'H' in p:
                o=[e for e in p if e!='H']; 
                if not o: continue
                e=o[0]; e=e[:-1] if e.endswith('H') else e
                if e=='Li': A[t]=np.exp(v[33])*20.; R[t]=.3; continue
                k=AN.index(e); A[t]=np.exp(np.log(HX0[e])+v[4+k]+(2.2/rho-2.2/.25)); R[t]=rho; continue
            q=tuple(sorted((ea,eb))); 
            if q not in s.base: continue
            x,y,z=s.base[q]; A[t]=x;R[t]=y;C[t]=z
            for (l,e) in ((a,ea),(b,eb)):
                if l!=e:
                    i=CH.index(e); o=eb if l==a else ea
                    if o=='Li': A[t]*=np.exp(v[21+i]+1.0*0); R2=R[t]*np.exp(v[29+i]); A[t]*=np.exp(2.2*(1/R2-1/R[t])); R[t]=R2
                    else: A[t]*=np.exp(v[25+i])
        morse={X:(MORSE0[X][0],MORSE0[X][1]*np.exp(v[17+i]),MORSE0[X][2]+v[13+i]) for i,X in enumerate(CH)}
        return qh,A,R,C,morse
    def model(s,v):
        qh,A,R,C,morse=s.params(v); E,Fo,W=s.B.short(A,R,C); Fo=Fo.copy()
        for k,c in enumerate(s.cells):
            q=QS*np.array([FORMAL[e] for e in c.el],float)
            for h,x in c.bonds: q[h]=QS*qh[c.el[x]]; q[x]=-QS*(1+qh[c.el[x]])
            e,f,w=c.coulomb(q); E[k]+=e; o=s.B.off[k]; Fo[o:o+c.n]+=f; W[k]+=np.array([w[0,0],w[1,1],w[2,2],w[1,2],w[0,2],w[0,1]])
            for h,x in c.bonds:
                d=c.pos[h]-c.pos[x]; g=d@np.linalg.inv(c.cell); d=(g-np.round(g))@c.cell; r=np.linalg.norm(d); D,a,r0=morse[c.el[x]]; t=TY[tuple(sorted(('H',c.sp[x])))]
                qq=KE*q[h]*q[x]; ex=np.exp(-a*(r-r0)); b=A[t]*np.exp(-r/R[t]); E[k]+=D*((1-ex)**2-1)-qq/r-b; sl=2*D*a*(1-ex)*ex+qq/r**2+b/R[t]
                Fo[o+h]-=sl*d/r; Fo[o+x]+=sl*d/r; W[k]+=sl/r*np.array([d[0]*d[0],d[1]*d[1],d[2]*d[2],d[1]*d[2],d[0]*d[2],d[0]*d[1]])
        return E,Fo,W/s.B.V[:,None]
    def res(s,v,full=False):
        E,Fo,S=s.model(v); r=[]; by={X:[] for X in CH}; rows=[]
        for k,(d,c) in enumerate(zip(s.rows,s.cells)):
            o=s.B.off[k]; f=Fo[o:o+c.n]; fp=np.array(d['forces_eV_per_A']); df=f-fp; r+=list((df/(.12+.15*abs(fp))).ravel()*.5); st=np.array(d['stress_eV_per_A3']); sd=np.array([st[0,0],st[1,1],st[2,2],st[1,2],st[0,2],st[0,1]]); r+=list((S[k]-sd)*GPA/1.0*.6)
            nb=len(c.bonds); X=c.el[c.bonds[0][1]]; e=(d['energy_eV']-E[k]-sum(c.el.count(a)*s.mu[a] for a in AN))/nb; by[X].append((k,e))
            rows.append([d['name'],np.sqrt((fp**2).mean()),np.sqrt((df**2).mean()),-sd[:3].mean()*GPA,-S[k,:3].mean()*GPA,e])
        s.kappa={}
        for X,l in by.items():
            if l:
                m=np.mean([e for _,e in l]); s.kappa[X]=m
                for k,e in l: r.append((e-m)/.03); rows[k].append(1000*(e-m))
        pri=np.concatenate([v[:4]/.15,v[4:12]/.7,v[12:13]/.15,v[13:17]/.03,v[17:21]/.08,v[21:25]/.4,v[25:29]/.6,v[29:33]/.08,(v[33:]+3)/2.]); r=np.concatenate([np.array(r),pri])
        return (r,rows) if full else r
    def run(s,v0=None,n=40):
        v0=np.zeros(s.N) if v0 is None else v0; v0=v0.copy(); v0[33]=v0[33] or -3
        o=least_squares(s.res,v0,max_nfev=n,diff_step=1e-3,x_scale=np.concatenate([[.15]*4,[.7]*8,[.15],[.03]*4,[.08]*4,[.4]*4,[.6]*4,[.08]*4,[2.]])); s.cost=o.cost; return o.x
    def show(s,v):
        _,rows=s.res(v,True)
        for r in rows: print('%-16s F %.2f err %.2f  P %.2f (%.2f)  kappa %.3f  dE %s meV'%(r[0],r[1],r[2],r[4],r[3],r[5],['%.0f'%x for x in r[6:]]))
        print('kappa-kappa_O',{X:round(k-s.kappa['O'],3) for X,k in s.kappa.items()})
if __name__ == '__main__':
    pairs = parameters(ROOT / 'data/builtin-v2.txt')
    f = F.Fit(F.load())
    given = np.array([pairs.get(p, (0, .3, 0)) for p in F.PAIRS]).T
    f.par = lambda _: tuple(given)
    f.res(np.zeros(76))
    mu = dict(zip(AN, f.mu))
    rows = [r for r in PBE['cells'] if 'H' in r['species']]
    h = HF(ROOT / 'data/builtin-v2.txt', rows, mu)
    start = np.zeros(h.N)
    start[33] = -9
    h.show(start)
    v = h.run(v0=start)
    print('fitted, cost', h.cost)
    h.show(v)
    qh, A, R, C, morse = h.params(v)
    for i, X in enumerate(CH):
        t = TY[tuple(sorted(('Li', X + 'H')))]
        print(X, 'q_H %.6f' % qh[X], 'Morse a %.6f r0 %.6f' % morse[X][1:], 'Li-XH %.6f %.6f' % (A[t], R[t]), 'anion scale %.5f' % np.exp(v[25 + i]))
    for e in AN:
        t = TY[tuple(sorted(('H', e)))]
        print('H', e, A[t], R[t])
    # Li2O in the model, at the lattice constant of the least energy
    oxide = min(Batch([Cell(*fcc('af', 'O', a))], F.TY).short(*f.par(0))[0][0] + QS**2 * Cell(*fcc('af', 'O', a)).coulomb(np.array([-2., 1., 1.]))[0] for a in np.arange(4.60, 4.68, .005)) + mu['O']
    hydroxide = next(r for r in rows if r['name'] == 'LiOH')['energy_eV'] / 2
    print('anchors', {X: round(hydroxide - oxide - h.kappa[X], 4) for X in CH})
